// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "vllm_client/anthropic_message.h"
#include "vllm_client/result.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// The body of `POST /v1/messages`, canonical, or a `config` error naming the bad field.
[[nodiscard]] Result<std::string> write_messages_request(const MessagesRequest& request,
                                                         bool stream);
/// The body of `POST /v1/messages/count_tokens`: the members that change the prompt.
[[nodiscard]] Result<std::string> write_count_tokens_request(const MessagesRequest& request);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
