// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string_view>

#include "vllm_client/error.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

/// Something that happened inside a client, for tracing and custom metrics.
struct Event {
    enum class Kind : std::uint8_t {
        request_started,    ///< Handed to the transport.
        request_finished,   ///< Ended; `error` is set unless it succeeded.
        connection_opened,  ///< A socket was connected.
        connection_closed,  ///< A socket was closed.
        request_resent,     ///< Sent again on a fresh connection, the reused one being dead.
        endpoint_down,      ///< Health check failed.
        endpoint_up,        ///< Health check passed again.
    };
    Kind kind{Kind::request_started};
    std::string_view endpoint{};           ///< Name of the endpoint; valid during the call only.
    std::string_view operation{};          ///< e.g. "chat"; empty for connections and health.
    std::string_view model{};              ///< Empty where unknown.
    std::string_view request_id{};         ///< Empty for connections and health.
    std::chrono::nanoseconds duration{0};  ///< Of the finished request.
    int http_status{0};                    ///< Of the finished request, 0 if none.
    const Error* error{nullptr};           ///< Of a failed request; valid during the call only.
};

/// Receives events, on reactor and callers' threads: must be thread-safe, quick and must not block.
using EventHook = std::function<void(const Event&)>;

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
