// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "vllm_client/chat.h"
#include "vllm_client/result.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::c_api {

/// A collected answer as the JSON body of a plain reply.
[[nodiscard]] Result<std::string> write_chat_reply(const ChatReply& reply);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::c_api
