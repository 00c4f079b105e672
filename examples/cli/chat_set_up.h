// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "options.h"
#include "vllm_client/chat.h"
#include "vllm_client/result.h"

namespace vllm_client::cli {

/// What a chat begins with: sampling, schema, tools, the system prompt, and the conversation of
/// --load. Errors name the file that is wrong.
[[nodiscard]] Result<ChatRequest> first_request(const ChatCommand& command);

/// The files of --image as parts of a message.
[[nodiscard]] Result<std::vector<ContentPart>> image_parts(const std::vector<std::string>& files);

/// Writes the conversation to `file`.
[[nodiscard]] Result<void> save(const std::string& file, const std::vector<Message>& messages);

}  // namespace vllm_client::cli
