// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

#include "vllm_client/pool_stats.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::transport {

/// The figures behind PoolStats. Written by the endpoint's reactor thread alone, read by any.
struct PoolCounters {
    std::atomic<std::uint64_t> open{0};
    std::atomic<std::uint64_t> in_use{0};
    std::atomic<std::uint64_t> waiting{0};
    std::atomic<std::uint64_t> created{0};
    std::atomic<std::uint64_t> reused{0};
    std::atomic<std::uint64_t> closed_by_us{0};
    std::atomic<std::uint64_t> closed_by_peer{0};
    std::atomic<std::uint64_t> connect_failures{0};
    std::atomic<std::uint64_t> resends{0};
    std::atomic<std::int64_t> dns_ns{0};
    std::atomic<std::int64_t> connect_ns{0};
    std::atomic<std::int64_t> tls_ns{0};
    std::atomic<std::int64_t> idle_limit_ms{0};
    std::atomic<bool> healthy{true};

    /// Adds without a locked instruction: there is one writer.
    template <class T>
    static void add(std::atomic<T>& counter, T amount) noexcept {
        counter.store(counter.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
    }
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::transport
