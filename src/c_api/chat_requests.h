// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "c_api/boundary.h"
#include "vllm_client/chat.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::c_api {

/// The request in C's arguments, for a plain or a streamed chat.
[[nodiscard]] Result<ChatRequest> read_chat_request(const vllm_client_handle* client,
                                                    const char* text, bool stream);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::c_api
