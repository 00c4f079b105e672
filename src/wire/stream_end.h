// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// True for the data of the event that ends the streams of chats and completions.
[[nodiscard]] inline bool is_stream_end(std::string_view data) noexcept {
    return data.starts_with("[DONE]");
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
