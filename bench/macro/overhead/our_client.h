// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "macro/overhead/load.h"
#include "vllm_client/vllm_client.h"

// The client in each of its forms, JSON both ways included.
namespace overhead {

/// chat(), one at a time.
[[nodiscard]] Round our_sync(const vllm_client::VllmClient& client, const Load& load,
                             std::size_t requests);
/// chat_async() with on_done(), `in_flight` at once.
[[nodiscard]] Round our_callbacks(const vllm_client::VllmClient& client, const Load& load);
/// chat_async() with get(), `in_flight` at once.
[[nodiscard]] Round our_get(const vllm_client::VllmClient& client, const Load& load);
/// chat_stream() with for_each(), per token.
[[nodiscard]] Round our_stream_callbacks(const vllm_client::VllmClient& client, const Load& load,
                                         std::size_t streams, std::size_t at_once);
/// chat_stream() as a range, one stream at a time, per token.
[[nodiscard]] Round our_stream_range(const vllm_client::VllmClient& client, const Load& load,
                                     std::size_t streams);

}  // namespace overhead
