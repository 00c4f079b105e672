// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <exception>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <nlohmann/json.hpp>

#include "vllm_client/chat.h"
#include "vllm_client/json_text.h"
#include "vllm_client/message.h"
#include "vllm_client/result.h"
#include "vllm_client/tool_set.h"
#include "vllm_client/version.h"

// Component VllmClient::Json, header only: JsonText to and from nlohmann::json and your own
// structs. Include it where you need it; the rest of the library does not.
namespace vllm_client::inline VLLM_CLIENT_ABI {

namespace detail {

[[nodiscard]] inline Error json_error(std::string message) {
    return Error{.kind = ErrorKind::decode,
                 .message = std::move(message),
                 .reach = Reach::executed,
                 .phase = Phase::decode};
}

}  // namespace detail

/// The parsed value, or a `decode` error: the text is absent or invalid, or holds what
/// nlohmann::json does not take (half a surrogate pair, a number beyond double). Thread-safe. Cost:
/// one pass, one allocation a node.
[[nodiscard]] inline Result<nlohmann::json> to_json(const JsonText& text) {
    if (text.empty()) return detail::json_error("there is no JSON text");
    nlohmann::json json = nlohmann::json::parse(text.text(), nullptr, false);
    if (json.is_discarded()) return detail::json_error("the text is not usable JSON");
    return json;
}

/// The value as text, compact. Never fails: bytes that are not UTF-8 become U+FFFD, numbers that
/// are not finite become null. Thread-safe.
[[nodiscard]] inline JsonText from_json(const nlohmann::json& json) {
    return JsonText(json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

/// `response_format` for an answer that fits a JSON schema, which vLLM enforces while generating.
/// `name` is for the model and the server's log.
[[nodiscard]] inline ResponseFormat json_schema_format(std::string name, JsonText schema) {
    return {.kind = ResponseFormat::Kind::json_schema,
            .name = std::move(name),
            .schema = std::move(schema)};
}

#if defined(__cpp_exceptions) || defined(__EXCEPTIONS)

namespace detail {

/// A type of which a default value can be written: what it looks like shows what it takes.
template <class T>
concept HasSample = std::default_initializable<T> &&
    requires(nlohmann::json& json, const T& value) {
    json = value;
};

[[nodiscard]] inline bool is_same_kind(const nlohmann::json& a, const nlohmann::json& b) {
    return a.type() == b.type() || (a.is_number() && b.is_number());
}

/// Where `json` first differs in form from `sample`, and how; empty if nowhere that shows.
[[nodiscard]] inline std::string mismatch(const nlohmann::json& sample, const nlohmann::json& json,
                                          const std::string& path) {
    if (sample.is_null()) return {};  // optional: takes anything
    if (!is_same_kind(sample, json)) {
        std::string problem = path.empty() ? "the value" : path;
        return problem.append(" must be ")
            .append(sample.type_name())
            .append(", not ")
            .append(json.type_name());
    }
    if (!sample.is_object()) return {};
    for (const auto& [name, member] : sample.items()) {
        std::string below = path;
        below.append(path.empty() ? "" : ".").append(name);
        const auto found = json.find(name);
        if (found == json.end()) return below.append(" is missing");
        if (std::string problem = mismatch(member, *found, below); !problem.empty()) return problem;
    }
    return {};
}

template <class T>
[[nodiscard]] Error mismatch_error(const nlohmann::json& json, const std::exception& thrown) {
    std::string problem;
    if constexpr (HasSample<T>) problem = mismatch(nlohmann::json(T{}), json, {});
    return json_error(problem.empty() ? thrown.what() : problem);
}

[[nodiscard]] inline nlohmann::json schema_like(const nlohmann::json& sample) {
    using nlohmann::json;
    if (sample.is_null()) return json::object();
    if (sample.is_boolean()) return {{"type", "boolean"}};
    if (sample.is_number_integer()) return {{"type", "integer"}};
    if (sample.is_number()) return {{"type", "number"}};
    if (sample.is_string()) return {{"type", "string"}};
    if (sample.is_array()) {
        json array = {{"type", "array"}};
        if (!sample.empty()) array["items"] = schema_like(sample.front());
        return array;
    }
    json members = json::object();
    json required = json::array();
    for (const auto& [name, member] : sample.items()) {
        members[name] = schema_like(member);
        if (!member.is_null()) required.push_back(name);
    }
    return {{"type", "object"},
            {"properties", members},
            {"required", required},
            {"additionalProperties", false}};
}

}  // namespace detail

/// The value as a `T`, by nlohmann's rules: standard containers, and structs that have a
/// `from_json` or one of the NLOHMANN_DEFINE_TYPE macros.
///
///     struct City { std::string name; int people; };
///     NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(City, name, people)
///     Result<City> city = parse_as<City>(call.arguments);
///
/// A missing or mistyped member is a `decode` error naming it, with its path where a default `T`
/// can be written as JSON. Needs exceptions in the calling code, because nlohmann::json reports
/// mismatches by throwing; nothing is thrown out of here.
template <class T>
[[nodiscard]] Result<T> parse_as(const JsonText& text) {
    Result<nlohmann::json> json = to_json(text);
    if (!json) return json.error();
    try {
        return json->template get<T>();
    } catch (const std::exception& mismatch) {
        return detail::mismatch_error<T>(*json, mismatch);
    }
}

/// A JSON schema of `T`, told from a default one: text, numbers, truth values, nested structs. All
/// members are required and no others allowed. A member that is null by default may be left out and
/// takes anything; a list takes what its first default element is, or anything. Write the schema
/// yourself where values have ranges, patterns or descriptions.
template <detail::HasSample T>
[[nodiscard]] JsonText schema_of() {
    return from_json(detail::schema_like(nlohmann::json(T{})));
}

/// The text of an answer, which must be JSON, as a `T`; see parse_as().
template <class T>
[[nodiscard]] Result<T> parse_reply(std::string_view text) {
    return parse_as<T>(JsonText(text));
}

/// The first choice's text, which must be JSON, as a `T`. The natural partner of
/// ChatRequest::structured_outputs and ChatRequest::response_format. Errors: `limit` if max_tokens
/// cut the answer before its end; `decode` if the model refused or called tools instead, if a
/// content filter or the server ended the answer, and for what parse_as() says.
template <class T>
[[nodiscard]] Result<T> parse_reply(const ChatReply& reply) {
    if (reply.choices.empty()) return detail::json_error("the reply has no choice");
    const ChatMessage& message = reply.choices.front().message;
    const auto reason = reply.finish_reason();
    if (!message.refusal.empty()) return detail::json_error("the model refused to answer");
    if (reason == FinishReason::content_filter) {
        return detail::json_error("a content filter ended the answer");
    }
    Result<T> value = parse_reply<T>(std::string_view(message.content));
    if (value) return value;
    Error error = value.error();
    if (reason == FinishReason::length) {
        error.kind = ErrorKind::limit;
        error.message = "the answer was cut by max_tokens: " + error.message;
    } else if (message.content.empty() && !message.tool_calls.empty()) {
        error.message = "the model called tools instead of answering";
    } else if (reason == FinishReason::abort) {
        error.message = "the server ended the answer early: " + error.message;
    }
    return error;
}

/// A tool whose function takes your own struct, for ToolSet::add().
///
///     tools.add(typed_tool<City>("people", "How many live there.", schema_of<City>(),
///                                [](const City& city) { return lookup(city.name); }));
///
/// Arguments that do not fit are an error that names the member and that the model is told. `f`
/// returns text, anything nlohmann::json can be made of (the model is told its JSON), or a Result
/// of either.
template <class Args, class F>
[[nodiscard]] CallableTool typed_tool(std::string name, std::string description, JsonText schema,
                                      F f) {
    ToolFunction function = [f = std::move(f)](const JsonText& text) -> Result<std::string> {
        Result<Args> arguments = parse_as<Args>(text);
        if (!arguments) return arguments.error();
        auto result = f(*std::move(arguments));
        using R = decltype(result);
        if constexpr (std::is_convertible_v<R, Result<std::string>>) {
            return result;
        } else if constexpr (requires { result.error(); }) {
            if (!result) return result.error();
            return from_json(*result).text();
        } else {
            return from_json(result).text();
        }
    };
    return {.tool = {.name = std::move(name),
                     .description = std::move(description),
                     .parameters = std::move(schema)},
            .function = std::move(function)};
}

#endif

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
