// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vllm_client/message.h"
#include "wire/json_writer.h"

// The parts of requests that several families share, written in canonical key order.
namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// Writes the array of messages as the value of the member just named.
void write_messages(JsonWriter& writer, const std::vector<Message>& messages);
/// Writes the array of content parts as the value of the member just named.
void write_parts(JsonWriter& writer, const std::vector<ContentPart>& parts);
/// Writes the array of conversations, each an array of messages, as the value of the member just
/// named. An empty conversation is a problem.
void write_conversations(JsonWriter& writer,
                         const std::vector<std::vector<Message>>& conversations);
/// Writes the array of tools as the value of the member just named.
void write_tools(JsonWriter& writer, const std::vector<Tool>& tools);
/// These write whole members, or nothing if unset.
void write_tool_choice(JsonWriter& writer, const ToolChoice& choice);
void write_response_format(JsonWriter& writer, const ResponseFormat& format);
void write_structured_outputs(JsonWriter& writer, const StructuredOutput& output);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
