// SPDX-License-Identifier: Apache-2.0
#include "metrics/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace vllm_client::inline VLLM_CLIENT_ABI::metrics {
namespace {

constexpr auto relaxed = std::memory_order_relaxed;
using std::chrono::nanoseconds;

}  // namespace

std::size_t Histogram::bucket_of(std::uint64_t value) noexcept {
    constexpr std::uint64_t first = std::uint64_t{1} << sub_bits;
    if (value < first) return static_cast<std::size_t>(value);
    const auto exponent = static_cast<unsigned>(std::bit_width(value)) - 1;
    if (exponent > max_exponent) return buckets - 1;
    const std::uint64_t sub = (value >> (exponent - sub_bits)) - first;
    return static_cast<std::size_t>(((exponent - sub_bits + 1) << sub_bits) + sub);
}

std::uint64_t Histogram::middle_of(std::size_t bucket) noexcept {
    constexpr std::size_t first = std::size_t{1} << sub_bits;
    if (bucket < first) return bucket;
    const std::size_t exponent = (bucket >> sub_bits) + sub_bits - 1;
    const std::uint64_t sub = (bucket & (first - 1)) + first;
    const std::uint64_t width = std::uint64_t{1} << (exponent - sub_bits);
    return sub * width + width / 2;
}

void Histogram::record(nanoseconds duration) noexcept {
    const auto value = static_cast<std::uint64_t>(std::max<std::int64_t>(0, duration.count()));
    std::uint64_t seen = min_.load(relaxed);
    while (value < seen && !min_.compare_exchange_weak(seen, value, relaxed)) {
    }
    seen = max_.load(relaxed);
    while (value > seen && !max_.compare_exchange_weak(seen, value, relaxed)) {
    }
    counts_[bucket_of(value)].fetch_add(1, relaxed);
    sum_.fetch_add(value, relaxed);
    // Last, and seen by readers after the rest: a summary never has a count without its bounds.
    count_.fetch_add(1, std::memory_order_release);
}

nanoseconds Histogram::percentile(double q) const noexcept {
    const std::uint64_t count = count_.load(std::memory_order_acquire);
    if (count == 0) return nanoseconds(0);
    const auto rank = static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(count)));
    std::uint64_t below = 0;
    for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
        below += counts_[bucket].load(relaxed);
        if (below >= std::max<std::uint64_t>(rank, 1)) {
            const std::uint64_t middle = middle_of(bucket);
            // Not std::clamp: during a reset the bounds may be the wrong way round.
            return nanoseconds(std::min(max_.load(relaxed), std::max(middle, min_.load(relaxed))));
        }
    }
    return nanoseconds(max_.load(relaxed));
}

DurationSummary Histogram::summary() const noexcept {
    DurationSummary summary;
    summary.count = count_.load(std::memory_order_acquire);
    if (summary.count == 0) return summary;
    summary.min = nanoseconds(min_.load(relaxed));
    summary.max = nanoseconds(max_.load(relaxed));
    summary.mean = nanoseconds(sum_.load(relaxed) / summary.count);
    summary.p50 = percentile(0.50);
    summary.p90 = percentile(0.90);
    summary.p95 = percentile(0.95);
    summary.p99 = percentile(0.99);
    return summary;
}

void Histogram::reset() noexcept {
    for (auto& count : counts_)
        count.store(0, relaxed);
    count_.store(0, relaxed);
    sum_.store(0, relaxed);
    min_.store(UINT64_MAX, relaxed);
    max_.store(0, relaxed);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::metrics
