// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "vllm_client/message.h"
#include "vllm_client/result.h"
#include "wire/json_reader.h"

// Conversations as OpenAI-style JSON, read back: the inverse of message_writer.
namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// One tool call of a message or reply. Arguments given as an object are kept as its text.
[[nodiscard]] ToolCall read_tool_call(ondemand::value value);

/// One message: null members as absent ones, unknown members in `extra`, parts of unknown form raw.
[[nodiscard]] Message read_message(ondemand::value value);

/// An array of messages, or a `decode` error naming the message and member.
[[nodiscard]] Result<std::vector<Message>> read_messages(const JsonText& json);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
