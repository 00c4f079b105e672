// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "vllm_client/anthropic_message.h"
#include "vllm_client/result.h"
#include "wire/json_reader.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// Reads the padded body of a plain answer. Tolerant: unknown fields go to `extra`, null and
/// missing fields to their defaults. An object without `content` is a `decode` error.
[[nodiscard]] Result<MessagesReply> read_messages_reply(std::string_view padded_body);

/// Reads the padded body of `/v1/messages/count_tokens`. Without `input_tokens`: `decode`.
[[nodiscard]] Result<MessagesTokenCount> read_messages_token_count(std::string_view padded_body);

/// Null reads as unset. For use inside read_json().
[[nodiscard]] std::optional<MessagesStop> read_messages_stop(ondemand::value value);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
