// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "vllm_client/version.h"

/// Figures that one thread writes and any thread reads. No lock and no locked instruction: the
/// writer is alone, so a plain load and store do.
namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

class Tally {
 public:
    void add(std::uint64_t amount = 1) noexcept {
        value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
    }
    void subtract(std::uint64_t amount = 1) noexcept {
        value_.store(value_.load(std::memory_order_relaxed) - amount, std::memory_order_relaxed);
    }
    void set(std::uint64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t get() const noexcept {
        return value_.load(std::memory_order_relaxed);
    }

 private:
    std::atomic<std::uint64_t> value_{0};
};

/// Counts per bucket, and the sum. The bounds must outlive it.
class TallyHistogram {
 public:
    explicit TallyHistogram(std::span<const double> bounds)
        : bounds_(bounds), counts_(bounds.size() + 1) {}

    void observe(double value) noexcept {
        const auto bucket = std::lower_bound(bounds_.begin(), bounds_.end(), value);
        counts_[static_cast<std::size_t>(bucket - bounds_.begin())].add();
        sum_.store(sum_.load(std::memory_order_relaxed) + value, std::memory_order_relaxed);
    }

    [[nodiscard]] std::span<const double> bounds() const noexcept { return bounds_; }
    /// Observations in bucket `index` alone; the last one has no upper bound.
    [[nodiscard]] std::uint64_t count(std::size_t index) const noexcept {
        return counts_[index].get();
    }
    [[nodiscard]] double sum() const noexcept { return sum_.load(std::memory_order_relaxed); }

 private:
    std::span<const double> bounds_;
    std::vector<Tally> counts_;
    std::atomic<double> sum_{0};
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
