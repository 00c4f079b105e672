// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "vllm_client/chat.h"
#include "vllm_client/json_text.h"
#include "vllm_client/result.h"
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

#if defined(__cpp_exceptions) || defined(__EXCEPTIONS)

/// The value as a `T`, by nlohmann's rules: standard containers, and structs that have a
/// `from_json` or one of the NLOHMANN_DEFINE_TYPE macros.
///
///     struct City { std::string name; int people; };
///     NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(City, name, people)
///     Result<City> city = parse_as<City>(call.arguments);
///
/// A missing or mistyped member is a `decode` error naming it. Needs exceptions in the calling
/// code, because nlohmann::json reports mismatches by throwing; nothing is thrown out of here.
template <class T>
[[nodiscard]] Result<T> parse_as(const JsonText& text) {
    Result<nlohmann::json> json = to_json(text);
    if (!json) return json.error();
    try {
        return json->template get<T>();
    } catch (const std::exception& mismatch) {
        return detail::json_error(mismatch.what());
    }
}

/// The text of the first choice, which must be JSON, as a `T`; see parse_as(). The natural partner
/// of ChatRequest::structured_outputs and ChatRequest::response_format.
template <class T>
[[nodiscard]] Result<T> read_as(const ChatReply& reply) {
    Result<T> value = parse_as<T>(JsonText(reply.text()));
    if (!value && reply.finish_reason() == FinishReason::length) {
        value.error().message += " (the reply was cut off by its token limit)";
    }
    return value;
}

#endif

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
