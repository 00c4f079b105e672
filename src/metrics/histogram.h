// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "vllm_client/metrics.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::metrics {

/// A distribution of durations in fixed memory (20 KiB): buckets 1/64 of a power of two wide, so
/// that a percentile, given as a bucket's middle, is within 0.8 %. From 1 ns to 4.8 hours; longer
/// ones count in the last bucket, min, max and mean stay exact. record() takes a few relaxed atomic
/// additions; any number of threads may record and read at once.
class Histogram {
 public:
    void record(std::chrono::nanoseconds duration) noexcept;
    /// Consistent enough for a report: values recorded meanwhile may be in or out.
    [[nodiscard]] DurationSummary summary() const noexcept;
    void reset() noexcept;

    /// Value below or at which a share `q` (0…1) of the values lies.
    [[nodiscard]] std::chrono::nanoseconds percentile(double q) const noexcept;

 private:
    static constexpr unsigned sub_bits = 6;  // 64 buckets a power of two
    static constexpr unsigned max_exponent = 44;
    static constexpr std::size_t buckets = (max_exponent - sub_bits + 2) << sub_bits;

    [[nodiscard]] static std::size_t bucket_of(std::uint64_t value) noexcept;
    [[nodiscard]] static std::uint64_t middle_of(std::size_t bucket) noexcept;

    std::array<std::atomic<std::uint64_t>, buckets> counts_{};
    std::atomic<std::uint64_t> count_{0};
    std::atomic<std::uint64_t> sum_{0};
    std::atomic<std::uint64_t> min_{UINT64_MAX};
    std::atomic<std::uint64_t> max_{0};
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::metrics
