// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "vllm_client/chat.h"
#include "vllm_client/chat_batch.h"
#include "vllm_client/completion.h"
#include "vllm_client/result.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// The body of `POST /v1/chat/completions`, canonical, or a `config` error naming the bad field.
[[nodiscard]] Result<std::string> write_chat_request(const ChatRequest& request, bool stream);
/// The body of `POST /v1/chat/completions/batch`.
[[nodiscard]] Result<std::string> write_chat_batch_request(const ChatBatchRequest& request);
/// The body of `POST /v1/completions`.
[[nodiscard]] Result<std::string> write_completion_request(const CompletionRequest& request,
                                                           bool stream);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
