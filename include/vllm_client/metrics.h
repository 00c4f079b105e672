// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "vllm_client/error.h"
#include "vllm_client/pool_stats.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

/// A distribution of durations in a few numbers. From a histogram of fixed size: min, max and mean
/// are exact, percentiles within 1 %. All zero while `count` is 0.
struct DurationSummary {
    std::uint64_t count{0};
    std::chrono::nanoseconds min{0};
    std::chrono::nanoseconds max{0};
    std::chrono::nanoseconds mean{0};
    std::chrono::nanoseconds p50{0};
    std::chrono::nanoseconds p90{0};
    std::chrono::nanoseconds p95{0};
    std::chrono::nanoseconds p99{0};
};

/// Requests to one model. The first 256 names are kept apart; further ones share "(other)".
struct ModelMetrics {
    std::string model{};  ///< Empty: requests that named none.
    std::uint64_t requests{0};
    std::uint64_t successes{0};
    std::uint64_t failures{0};
    std::uint64_t cancelled{0};
    DurationSummary latency{};      ///< Whole requests that succeeded.
    DurationSummary first_token{};  ///< Streams: time to first token.
    std::uint64_t prompt_tokens{0};
    std::uint64_t completion_tokens{0};
};

/// What a client has done since it was made, or since reset_metrics().
struct MetricsSnapshot {
    std::chrono::nanoseconds uptime{0};
    std::uint64_t requests{0};   ///< Started.
    std::uint64_t in_flight{0};  ///< Gauge; not reset.
    std::uint64_t successes{0};
    std::uint64_t failures{0};  ///< Ended in an error other than `cancelled`.
    std::uint64_t cancelled{0};
    std::vector<std::pair<ErrorKind, std::uint64_t>>
        errors{};  ///< Failures by kind, none left out.
    DurationSummary latency{};
    DurationSummary first_token{};
    std::uint64_t prompt_tokens{0};
    std::uint64_t completion_tokens{0};
    double requests_per_second{0};         ///< Successes / uptime.
    double tokens_per_second{0};           ///< Completion tokens / uptime.
    std::uint64_t resends{0};              ///< Dead reused connections hidden from callers.
    std::uint64_t callback_exceptions{0};  ///< Exceptions thrown by users' callbacks.
    std::vector<ModelMetrics> models{};    ///< By first use.
    std::vector<PoolStats> pools{};        ///< Per endpoint; not reset.
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
