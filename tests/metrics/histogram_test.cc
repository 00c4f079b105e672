// SPDX-License-Identifier: Apache-2.0
#include "metrics/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <thread>
#include <vector>

namespace vllm_client::metrics {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

TEST(Histogram, IsZeroWithoutValues) {
    const Histogram histogram;
    const DurationSummary summary = histogram.summary();
    EXPECT_EQ(summary.count, 0U);
    EXPECT_EQ(summary.min, 0ns);
    EXPECT_EQ(summary.p99, 0ns);
    EXPECT_EQ(histogram.percentile(0.5), 0ns);
}

TEST(Histogram, OneValueIsEveryPercentile) {
    Histogram histogram;
    histogram.record(1'234'567ns);
    const DurationSummary summary = histogram.summary();
    EXPECT_EQ(summary.min, 1'234'567ns);
    EXPECT_EQ(summary.max, 1'234'567ns);
    EXPECT_EQ(summary.mean, 1'234'567ns);
    EXPECT_EQ(summary.p50, 1'234'567ns);
    EXPECT_EQ(summary.p99, 1'234'567ns);
}

TEST(Histogram, EveryDurationFromOneNanosecondToOneHourIsWithinOnePercent) {
    std::mt19937_64 random(3);
    std::uniform_real_distribution<double> exponent(0, std::log(3.6e12));
    const auto histogram = std::make_unique<Histogram>();
    for (int i = 0; i < 20'000; ++i) {
        const nanoseconds value(static_cast<std::int64_t>(std::exp(exponent(random))));
        histogram->reset();
        // Neighbours on both sides, so that exact bounds do not help.
        histogram->record(0ns);
        histogram->record(value);
        histogram->record(4h);
        const double read = static_cast<double>(histogram->percentile(0.5).count());
        const auto exact = static_cast<double>(value.count());
        ASSERT_LE(std::abs(read - exact), std::max(0.01 * exact, 0.5)) << value.count();
    }
}

TEST(Histogram, PercentilesOfRandomValuesAreWithinOnePercent) {
    std::mt19937_64 random(5);
    std::lognormal_distribution<double> distribution(17, 2);
    const auto histogram = std::make_unique<Histogram>();
    std::vector<std::int64_t> values;
    for (int i = 0; i < 20'000; ++i) {
        values.push_back(1 + static_cast<std::int64_t>(distribution(random)));
        histogram->record(nanoseconds(values.back()));
    }
    std::sort(values.begin(), values.end());
    for (const double q : {0.01, 0.5, 0.9, 0.95, 0.99, 1.0}) {
        const auto rank = static_cast<std::size_t>(std::ceil(q * 20'000)) - 1;
        const auto exact = static_cast<double>(values[rank]);
        EXPECT_NEAR(static_cast<double>(histogram->percentile(q).count()), exact, 0.01 * exact)
            << q;
    }
    EXPECT_EQ(histogram->summary().min.count(), values.front());
    EXPECT_EQ(histogram->summary().max.count(), values.back());
}

TEST(Histogram, OutOfRangeValuesAreKept) {
    Histogram histogram;
    histogram.record(-5ns);
    histogram.record(24h * 365);
    EXPECT_EQ(histogram.summary().count, 2U);
    EXPECT_EQ(histogram.summary().min, 0ns);
    EXPECT_EQ(histogram.summary().max, 24h * 365);
}

TEST(Histogram, ThreadsMayRecordReadAndResetAtOnce) {
    const auto histogram = std::make_unique<Histogram>();
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
        threads.emplace_back([&] {
            for (int i = 1; i <= 10'000; ++i)
                histogram->record(nanoseconds(i));
        });
    }
    for (int i = 0; i < 200; ++i) {
        EXPECT_LE(histogram->summary().p99, 10'000ns);
        if (i == 100) histogram->reset();
    }
    for (std::thread& thread : threads)
        thread.join();
    histogram->reset();
    for (int i = 0; i < 10; ++i)
        histogram->record(1ns);
    EXPECT_EQ(histogram->summary().count, 10U);
    EXPECT_EQ(histogram->summary().mean, 1ns);
}

}  // namespace
}  // namespace vllm_client::metrics
