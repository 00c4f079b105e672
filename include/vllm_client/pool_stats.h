// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

/// Connections to one endpoint: gauges are of this moment, counters since the client was made.
struct PoolStats {
    std::string endpoint{};  ///< Name of the endpoint.
    /// Gauge: sockets connected now. An idle one that the server has closed leaves the figure at
    /// once with PollerKind::epoll, else when it is next looked at.
    std::uint64_t open{0};
    std::uint64_t idle{0};              ///< Gauge: of these, used by nobody.
    std::uint64_t in_use{0};            ///< Gauge: exchanges running now.
    std::uint64_t waiting{0};           ///< Gauge: exchanges waiting for a connection.
    std::uint64_t created{0};           ///< Counter: sockets ever connected.
    std::uint64_t reused{0};            ///< Counter: exchanges that found an open connection.
    std::uint64_t closed_by_us{0};      ///< Counter: we closed first (limit, cancel, error, end).
    std::uint64_t closed_by_peer{0};    ///< Counter: the server closed first.
    std::uint64_t connect_failures{0};  ///< Counter: attempts that gave no connection.
    std::uint64_t resends{0};  ///< Counter: requests sent again because a reused socket was dead.
    std::chrono::nanoseconds dns_time{0};      ///< Sum over created connections: name lookup.
    std::chrono::nanoseconds connect_time{0};  ///< Sum: TCP or Unix connect.
    std::chrono::nanoseconds tls_time{0};      ///< Sum: TLS handshake.
    std::chrono::milliseconds idle_limit{0};   ///< Idle limit in force, after what was learned.
    bool healthy{true};                        ///< False after a failed health check.
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
