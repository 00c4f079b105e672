// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "api/client_core.h"
#include "vllm_client/responses.h"
#include "wire/response_accumulator.h"
#include "wire/response_event.h"

// The routes of the Responses API: a user's request in, a running call or stream out. Responses is
// a thin handle over these.
namespace vllm_client::inline VLLM_CLIENT_ABI::api {

struct ResponsesFamily {
    using Delta = ResponseEvent;
    using Reply = ResponseReply;
    using Reader = wire::ResponseEventReader;
    using Accumulator = wire::ResponseAccumulator;
    [[nodiscard]] static bool is_last(const Delta& event) noexcept { return wire::is_last(event); }
};

[[nodiscard]] Call<ResponseReply> create_response(ClientCore& core, ResponseRequest&& request,
                                                  CallOptions&& options);
[[nodiscard]] ResponseStream stream_response(ClientCore& core, ResponseRequest&& request,
                                             CallOptions&& options);
[[nodiscard]] Call<ResponseReply> retrieve_response(ClientCore& core, const std::string& id,
                                                    CallOptions&& options);
[[nodiscard]] ResponseStream resume_response(ClientCore& core, const std::string& id,
                                             std::optional<std::int64_t> starting_after,
                                             CallOptions&& options);
[[nodiscard]] Call<ResponseReply> cancel_response(ClientCore& core, const std::string& id,
                                                  CallOptions&& options);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api
