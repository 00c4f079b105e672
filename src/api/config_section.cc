// SPDX-License-Identifier: Apache-2.0
#include "api/config_section.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "api/option_values.h"
#include "transport/header_check.h"
#include "wire/dialect.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::api {

using Kind = wire::ConfigValue::Kind;

ConfigSection::ConfigSection(const Value& file)
    : ConfigSection(&file, {}, std::make_shared<std::string>()) {}

ConfigSection::ConfigSection(const Value* object, std::string path,
                             std::shared_ptr<std::string> problem)
    : object_(object), path_(std::move(path)), problem_(std::move(problem)) {}

void ConfigSection::fail(std::string_view name, std::string_view problem) const {
    constexpr std::size_t longest_name = 100;
    if (!problem_->empty()) return;
    *problem_ = path_;
    *problem_ += name.substr(0, longest_name);
    if (name.size() > longest_name) *problem_ += "…";
    *problem_ += ' ';
    *problem_ += problem;
}

const wire::ConfigValue* ConfigSection::take(std::string_view name, Kind kind,
                                             std::string_view expected) {
    known_.push_back(name);
    if (!object_) return nullptr;
    const auto member = std::find_if(object_->members.begin(), object_->members.end(),
                                     [name](const auto& m) { return m.first == name; });
    if (member == object_->members.end()) return nullptr;
    if (member->second.kind == kind) return &member->second;
    fail(name, "must be " + std::string(expected));
    return nullptr;
}

std::optional<std::string> ConfigSection::optional_text(std::string_view name) {
    const Value* const value = take(name, Kind::text, "a text");
    if (!value) return std::nullopt;
    return value->text;
}

std::string ConfigSection::text(std::string_view name, std::string fallback) {
    return optional_text(name).value_or(std::move(fallback));
}

bool ConfigSection::flag(std::string_view name, bool fallback) {
    const Value* const value = take(name, Kind::boolean, "true or false");
    return value ? value->flag : fallback;
}

std::size_t ConfigSection::count(std::string_view name, std::size_t fallback) {
    constexpr std::string_view expected = "a whole number of 0 or more";
    constexpr double largest_exact = 9007199254740992.0;  // 2^53
    const Value* const value = take(name, Kind::number, expected);
    if (!value) return fallback;
    if (value->number < 0 || value->number > largest_exact ||
        value->number != std::floor(value->number)) {
        fail(name, "must be " + std::string(expected));
        return fallback;
    }
    return static_cast<std::size_t>(value->number);
}

std::optional<std::chrono::milliseconds> ConfigSection::optional_seconds(std::string_view name) {
    const Value* const value = take(name, Kind::number, "a number of seconds");
    if (!value) return std::nullopt;
    return from_seconds(value->number);
}

std::chrono::milliseconds ConfigSection::seconds(std::string_view name,
                                                 std::chrono::milliseconds fallback) {
    return optional_seconds(name).value_or(fallback);
}

std::vector<Header> ConfigSection::headers(std::string_view name) {
    const Value* const object = take(name, Kind::object, "an object of names and texts");
    std::vector<Header> headers;
    if (!object) return headers;
    for (const auto& [header, value] : object->members) {
        const std::string path = std::string(name) + "." + header;
        if (value.kind != Kind::text) fail(path, "must be a text");
        Header given{header, value.text};
        const auto line = transport::header_line(given, path_ + std::string(name));
        if (!line && problem_->empty()) *problem_ = line.error().message;
        headers.push_back(std::move(given));
    }
    return headers;
}

Endpoint ConfigSection::endpoint(const Value& value, const std::string& path) const {
    if (value.kind == Kind::text) return value.text;
    if (value.kind != Kind::object) {
        fail(path, "must be a URL or an object");
        return {};
    }
    ConfigSection section(&value, path_ + path + ".", problem_);
    EndpointOptions options;
    options.url = section.text("url", {});
    options.name = section.text("name", {});
    options.api_key = section.text("api_key", {});
    options.unix_socket = section.text("unix_socket", {});
    options.headers = section.headers("headers");
    options.dialect = section.choice("dialect", options.dialect, &wire::dialect_named,
                                     "automatic, vllm, sglang, llama_cpp, tgi, ollama, nim, "
                                     "lmdeploy, tensorrt_llm, production_stack or openai");
    options.server_version = section.text("server_version", {});
    section.finish();
    return options;
}

std::vector<Endpoint> ConfigSection::endpoints(std::string_view name) {
    const Value* const list = take(name, Kind::list, "a list of URLs and objects");
    std::vector<Endpoint> endpoints;
    if (!list) return endpoints;
    for (std::size_t i = 0; i < list->items.size(); ++i) {
        endpoints.push_back(
            endpoint(list->items[i], std::string(name) + "[" + std::to_string(i) + "]"));
    }
    return endpoints;
}

ConfigSection ConfigSection::section(std::string_view name) {
    const Value* const object = take(name, Kind::object, "an object");
    return {object, path_ + std::string(name) + ".", problem_};
}

void ConfigSection::finish() {
    if (!object_) return;
    for (const auto& [name, value] : object_->members) {
        if (std::find(known_.begin(), known_.end(), name) == known_.end()) {
            fail(name, "is not a known option");
        }
    }
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api
