// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "vllm_client/dialect.h"

// What each server makes of the members of a request that vLLM takes.
namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// What becomes of one member.
struct FieldRule {
    enum class Action : std::uint8_t {
        rename,  ///< To `argument`.
        drop,    ///< The server refuses or ignores it, and the answer is the same without.
        refuse,  ///< The server ignores it and would answer something else. Values listed in
                 ///< `argument`, JSON with spaces between, mean nothing and are dropped.
        negate,  ///< A number that counts the other way round.
    };
    /// Chats, text completions, or any request.
    enum class Scope : std::uint8_t { any, chat, completion, tokenize };

    std::string_view field{};
    Action action{Action::drop};
    std::string_view argument{};
    Scope scope{Scope::any};
};

/// The rule for a member of a request of this scope; nothing if it is sent as it is.
[[nodiscard]] std::optional<FieldRule> find_rule(const ServerIdentity& identity,
                                                 std::string_view field,
                                                 FieldRule::Scope scope) noexcept;

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
