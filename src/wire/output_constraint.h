// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vllm_client/dialect.h"
#include "vllm_client/result.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// What `structured_outputs`, or an OpenAI `response_format`, asks of the answer.
struct OutputConstraint {
    enum class Kind : std::uint8_t { json, regex, choice, grammar, json_object };
    Kind kind{Kind::json};
    std::string json{};                  ///< The schema, as JSON.
    std::string text{};                  ///< The regular expression or the grammar.
    std::vector<std::string> choices{};  ///< The texts to choose from.
    std::string whitespace_pattern{};    ///< For `json`; empty: the server's.
};

/// Members of a request, name and JSON value.
using BodyMembers = std::vector<std::pair<std::string, std::string>>;

/// Reads the value of `structured_outputs`; `unsupported` for members that only a current vLLM
/// knows.
[[nodiscard]] Result<OutputConstraint> read_structured_outputs(const std::string& json);
/// Reads the value of `response_format`. Nothing for `{"type":"text"}`.
[[nodiscard]] Result<std::optional<OutputConstraint>> read_response_format(const std::string& json);

/// The constraint in the words of a server, or an `unsupported` error. `chat` tells chats from text
/// completions: some servers constrain only one of them.
[[nodiscard]] Result<BodyMembers> write_constraint(const OutputConstraint& constraint,
                                                   const ServerIdentity& identity, bool chat);

/// The `unsupported` error for something this server does not do; `field` begins its message.
[[nodiscard]] Error unsupported_by(const ServerIdentity& identity, std::string_view field,
                                   std::string_view problem);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
