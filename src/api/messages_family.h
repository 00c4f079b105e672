// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/client_core.h"
#include "vllm_client/messages.h"
#include "wire/messages_accumulator.h"
#include "wire/messages_event.h"

// The routes of the Messages API: a user's request in, a running call or stream out. Messages is a
// thin handle over these.
namespace vllm_client::inline VLLM_CLIENT_ABI::api {

struct MessagesFamily {
    using Delta = MessagesEvent;
    using Reply = MessagesReply;
    using Reader = wire::MessagesEventReader;
    using Accumulator = wire::MessagesAccumulator;
    [[nodiscard]] static bool is_last(const Delta& event) noexcept { return wire::is_last(event); }
};

[[nodiscard]] Call<MessagesReply> create_message(ClientCore& core, MessagesRequest&& request,
                                                 CallOptions&& options);
[[nodiscard]] MessagesStream stream_message(ClientCore& core, MessagesRequest&& request,
                                            CallOptions&& options);
[[nodiscard]] Call<MessagesTokenCount> count_message_tokens(ClientCore& core,
                                                            MessagesRequest&& request,
                                                            CallOptions&& options);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api
