// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "vllm_client/chat.h"
#include "vllm_client/result.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// Reads the body of a plain chat answer. The body must be padded (see pad()); it is only read.
/// Tolerant: unknown fields go to `extra`, null and missing fields to their defaults.
[[nodiscard]] Result<ChatReply> read_chat_reply(std::string_view padded_body);

/// The same for a batch of `conversations` (0: any number): a `decode` error unless each of them
/// has its choice.
[[nodiscard]] Result<ChatReply> read_chat_batch_reply(std::string_view padded_body,
                                                      std::size_t conversations);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
