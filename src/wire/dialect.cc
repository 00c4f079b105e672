// SPDX-License-Identifier: Apache-2.0
#include "wire/dialect.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "wire/http_headers.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

std::string_view to_string(Dialect dialect) noexcept {
    switch (dialect) {
        case Dialect::vllm:
            return "vllm";
        case Dialect::sglang:
            return "sglang";
        case Dialect::llama_cpp:
            return "llama_cpp";
        case Dialect::tgi:
            return "tgi";
        case Dialect::ollama:
            return "ollama";
        case Dialect::nim:
            return "nim";
        case Dialect::lmdeploy:
            return "lmdeploy";
        case Dialect::tensorrt_llm:
            return "tensorrt_llm";
        case Dialect::production_stack:
            return "production_stack";
        case Dialect::openai:
            return "openai";
        case Dialect::automatic:
            break;
    }
    return "automatic";
}

namespace wire {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t largest_parsed = 1024UL * 1024;

/// The JSON of an answer. Lives as long as what is read from it.
class Body {
 public:
    explicit Body(std::string_view text) {
        if (text.size() > largest_parsed) return;
        const simdjson::padded_string padded(text);
        valid_ = parser_.parse(padded).get(root_) == simdjson::SUCCESS;
    }
    [[nodiscard]] bool is_array() const { return valid_ && root_.is_array(); }
    [[nodiscard]] std::string text(std::string_view name) const {
        std::string_view found;
        if (!valid_ || !root_.is_object()) return {};
        return root_[name].get(found) == simdjson::SUCCESS ? std::string(found) : std::string();
    }
    [[nodiscard]] bool has(std::string_view name) const {
        dom::element found;
        return valid_ && root_.is_object() && root_[name].get(found) == simdjson::SUCCESS;
    }
    /// The first model of a list of models.
    [[nodiscard]] std::optional<dom::element> first_model() const {
        dom::array list;
        if (!valid_ || !root_.is_object()) return std::nullopt;
        if (root_["data"].get(list) != simdjson::SUCCESS) return std::nullopt;
        for (const dom::element model : list)
            return model;
        return std::nullopt;
    }
    [[nodiscard]] bool has_list() const {
        dom::array list;
        return valid_ && root_.is_object() && root_["data"].get(list) == simdjson::SUCCESS;
    }

 private:
    dom::parser parser_;
    dom::element root_;
    bool valid_{false};
};

struct Owner {
    std::string_view name;
    Dialect dialect;
};

// Servers that sign their models.
constexpr std::array owners{
    Owner{"sglang", Dialect::sglang},     Owner{"llamacpp", Dialect::llama_cpp},
    Owner{"lmdeploy", Dialect::lmdeploy}, Owner{"tensorrt_llm", Dialect::tensorrt_llm},
    Owner{"library", Dialect::ollama},
};

// What to ask a server whose models say nothing of it, the commonest servers first.
constexpr std::array undecided_probes{std::string_view("/api/version"), std::string_view("/props"),
                                      std::string_view("/info"), std::string_view("/v1/version"),
                                      std::string_view("/server_info")};
// vLLM behind something else: NIM, or the router of the production stack.
constexpr std::array fronted_probes{std::string_view("/v1/version"), std::string_view("/engines")};

const ProbeAnswer* find(std::span<const ProbeAnswer> seen, std::string_view path) {
    const auto found =
        std::find_if(seen.begin(), seen.end(), [path](const auto& a) { return a.path == path; });
    return found == seen.end() ? nullptr : &*found;
}

const ProbeAnswer* find_good(std::span<const ProbeAnswer> seen, std::string_view path) {
    const ProbeAnswer* const answer = find(seen, path);
    return answer && answer->status == 200 ? answer : nullptr;
}

bool server_header_is(std::span<const ProbeAnswer> seen, std::string_view name) {
    return std::any_of(seen.begin(), seen.end(), [name](const ProbeAnswer& answer) {
        const auto value = find_header(answer.headers, "Server");
        return value && value->starts_with(name);
    });
}

struct Models {
    bool listed{false};
    std::string owner{};
    std::string id{};
    bool has_length{false};
};

Models read_models(std::span<const ProbeAnswer> seen) {
    Models models;
    const ProbeAnswer* const answer = find_good(seen, "/v1/models");
    if (!answer) return models;
    const Body body(answer->body);
    models.listed = body.has_list();
    const auto first = body.first_model();
    if (!first || !first->is_object()) return models;
    std::string_view text;
    if ((*first)["owned_by"].get(text) == simdjson::SUCCESS) models.owner = text;
    if ((*first)["id"].get(text) == simdjson::SUCCESS) models.id = text;
    std::int64_t length = 0;
    models.has_length = (*first)["max_model_len"].get(length) == simdjson::SUCCESS;
    return models;
}

std::string version_from(std::span<const ProbeAnswer> seen, std::string_view path) {
    const ProbeAnswer* const answer = find_good(seen, path);
    return answer ? read_version_of(answer->body) : std::string();
}

// What only one server answers under a path.
std::optional<ServerIdentity> from_own_routes(std::span<const ProbeAnswer> seen) {
    if (const auto* answer = find_good(seen, "/v1/version")) {
        if (const Body body(answer->body); body.has("release")) {
            return ServerIdentity{Dialect::nim, body.text("release"), "release in /v1/version"};
        }
    }
    if (const auto* answer = find_good(seen, "/engines")) {
        if (Body(answer->body).is_array()) {
            return ServerIdentity{Dialect::production_stack, version_from(seen, "/version"),
                                  "list in /engines"};
        }
    }
    if (const auto* answer = find_good(seen, "/api/version")) {
        if (Body(answer->body).has("version")) {
            return ServerIdentity{Dialect::ollama, version_from(seen, "/api/version"),
                                  "version in /api/version"};
        }
    }
    if (const auto* answer = find_good(seen, "/props")) {
        if (Body(answer->body).has("default_generation_settings")) {
            return ServerIdentity{Dialect::llama_cpp, version_from(seen, "/props"),
                                  "default_generation_settings in /props"};
        }
    }
    if (const auto* answer = find_good(seen, "/info")) {
        if (const Body body(answer->body); body.has("model_id") && body.has("version")) {
            return ServerIdentity{Dialect::tgi, body.text("version"), "model_id in /info"};
        }
    }
    if (const auto* answer = find_good(seen, "/server_info")) {
        if (Body(answer->body).has("tokenizer_path")) {
            return ServerIdentity{Dialect::sglang, version_from(seen, "/server_info"),
                                  "tokenizer_path in /server_info"};
        }
    }
    return std::nullopt;
}

std::optional<ServerIdentity> from_models(std::span<const ProbeAnswer> seen, const Models& models) {
    for (const Owner& owner : owners) {
        if (models.owner != owner.name) continue;
        ServerIdentity identity{owner.dialect, {}, "owned_by \"" + models.owner + "\""};
        if (owner.dialect == Dialect::tensorrt_llm) {
            identity.version = version_from(seen, "/version");
        }
        return identity;
    }
    return std::nullopt;
}

bool is_vllm_itself(std::span<const ProbeAnswer> seen, const Models& models) {
    return models.owner == "vllm" && models.has_length && server_header_is(seen, "uvicorn");
}

// Behind a proxy, or a server of few details: other servers' routes did not answer.
ServerIdentity leftover(std::span<const ProbeAnswer> seen, const Models& models) {
    if (models.owner == "vllm") {
        return {Dialect::vllm, version_from(seen, "/version"), "owned_by \"vllm\""};
    }
    if (models.listed) return {Dialect::openai, {}, "a list of models, and nothing else"};
    return {};
}

// The version of a server whose models decided it stands elsewhere.
std::string_view version_probe(Dialect dialect) {
    switch (dialect) {
        case Dialect::sglang:
            return "/server_info";
        case Dialect::llama_cpp:
            return "/props";
        case Dialect::ollama:
            return "/api/version";
        default:
            return {};
    }
}

std::optional<std::string_view> first_unasked(std::span<const ProbeAnswer> seen,
                                              std::span<const std::string_view> paths) {
    for (const std::string_view path : paths) {
        if (!find(seen, path)) return path;
    }
    return std::nullopt;
}

// The number in front of `text`, which is shortened to what follows it and a '.'.
std::optional<int> take_number(std::string_view& text) {
    int number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const bool goes_on = text.starts_with('.');
    text = goes_on ? text.substr(1) : std::string_view();
    return number;
}

}  // namespace

std::optional<std::string_view> next_probe(std::span<const ProbeAnswer> seen) {
    constexpr std::array first{std::string_view("/v1/models"), std::string_view("/version")};
    if (const auto path = first_unasked(seen, first)) return path;
    if (from_own_routes(seen)) return std::nullopt;
    const Models models = read_models(seen);
    if (const auto decided = from_models(seen, models)) {
        const std::string_view path = version_probe(decided->dialect);
        return path.empty() || find(seen, path) ? std::nullopt : std::optional(path);
    }
    if (is_vllm_itself(seen, models)) return std::nullopt;
    if (server_header_is(seen, "llama.cpp"))
        return first_unasked(seen, std::array{version_probe(Dialect::llama_cpp)});
    if (models.owner == "vllm") return first_unasked(seen, fronted_probes);
    return first_unasked(seen, undecided_probes);
}

ServerIdentity read_identity(std::span<const ProbeAnswer> seen) {
    const Models models = read_models(seen);
    if (is_vllm_itself(seen, models)) {
        return {Dialect::vllm, version_from(seen, "/version"), "owned_by \"vllm\""};
    }
    auto decided = from_models(seen, models);
    auto by_route = from_own_routes(seen);
    if (decided) {
        if (by_route && by_route->dialect == decided->dialect) decided->version = by_route->version;
        if (decided->version.empty()) {
            const std::string_view path = version_probe(decided->dialect);
            if (!path.empty()) decided->version = version_from(seen, path);
        }
        return *std::move(decided);
    }
    if (by_route) return *std::move(by_route);
    if (server_header_is(seen, "llama.cpp")) {
        return {Dialect::llama_cpp, version_from(seen, "/props"), "header Server: llama.cpp"};
    }
    return leftover(seen, models);
}

std::string read_version_of(std::string_view body) {
    const Body read(body);
    for (const std::string_view name : {"version", "release", "build_info"}) {
        if (std::string text = read.text(name); !text.empty()) return text;
    }
    return {};
}

std::optional<Dialect> dialect_named(std::string_view name) noexcept {
    for (int value = 0; value <= static_cast<int>(Dialect::openai); ++value) {
        const auto dialect = static_cast<Dialect>(value);
        if (to_string(dialect) == name) return dialect;
    }
    return std::nullopt;
}

std::optional<VersionNumbers> version_numbers(std::string_view version) noexcept {
    if (version.starts_with('v')) version.remove_prefix(1);
    VersionNumbers numbers{};
    const auto first = take_number(version);
    if (!first) return std::nullopt;
    numbers[0] = *first;
    for (std::size_t i = 1; i < numbers.size(); ++i) {
        const auto number = take_number(version);
        if (!number) break;
        numbers[i] = *number;
    }
    return numbers;
}

bool is_below(const ServerIdentity& identity, VersionNumbers bound) noexcept {
    const auto numbers = version_numbers(identity.version);
    return numbers && *numbers < bound;
}

}  // namespace wire
}  // namespace vllm_client::inline VLLM_CLIENT_ABI
