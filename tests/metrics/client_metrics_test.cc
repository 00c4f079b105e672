// SPDX-License-Identifier: Apache-2.0
#include "metrics/client_metrics.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "support/fake_clock.h"

namespace vllm_client::metrics {
namespace {

using namespace std::chrono_literals;

class ClientMetricsTest : public testing::Test {
 protected:
    const std::shared_ptr<support::FakeClock> clock_ = std::make_shared<support::FakeClock>();
    ClientMetrics metrics_{clock_};
};

TEST_F(ClientMetricsTest, CountsByOutcomeAndModel) {
    ModelFigures& a = metrics_.model("a");
    ModelFigures& b = metrics_.model("b");
    EXPECT_EQ(&a, &metrics_.model("a"));
    for (int i = 0; i < 4; ++i)
        metrics_.started(a);
    metrics_.started(b);
    metrics_.ended(a, std::nullopt, 10ms);
    metrics_.ended(a, ErrorKind::http, 1ms);
    metrics_.ended(a, ErrorKind::cancelled, 1ms);
    metrics_.tokens(a, 100, 20);
    metrics_.tokens(a, -1, -1);
    metrics_.first_token(a, 3ms);
    clock_->advance(2s);

    const MetricsSnapshot snapshot = metrics_.snapshot();
    EXPECT_EQ(snapshot.uptime, 2s);
    EXPECT_EQ(snapshot.requests, 5U);
    EXPECT_EQ(snapshot.in_flight, 2U);
    EXPECT_EQ(snapshot.successes, 1U);
    EXPECT_EQ(snapshot.failures, 1U);
    EXPECT_EQ(snapshot.cancelled, 1U);
    ASSERT_EQ(snapshot.errors.size(), 1U);
    EXPECT_EQ(snapshot.errors[0].first, ErrorKind::http);
    EXPECT_EQ(snapshot.latency.count, 1U);
    EXPECT_EQ(snapshot.latency.max, 10ms);
    EXPECT_EQ(snapshot.first_token.max, 3ms);
    EXPECT_EQ(snapshot.prompt_tokens, 100U);
    EXPECT_EQ(snapshot.completion_tokens, 20U);
    EXPECT_DOUBLE_EQ(snapshot.tokens_per_second, 10.0);
    EXPECT_DOUBLE_EQ(snapshot.requests_per_second, 0.5);
    ASSERT_EQ(snapshot.models.size(), 2U);
    EXPECT_EQ(snapshot.models[0].model, "a");
    EXPECT_EQ(snapshot.models[0].requests, 4U);
    EXPECT_EQ(snapshot.models[0].cancelled, 1U);
    EXPECT_EQ(snapshot.models[1].requests, 1U);
}

TEST_F(ClientMetricsTest, ResetKeepsWhatIsInFlight) {
    ModelFigures& model = metrics_.model("m");
    metrics_.started(model);
    metrics_.started(model);
    metrics_.ended(model, std::nullopt, 1ms);
    metrics_.reset();
    const MetricsSnapshot snapshot = metrics_.snapshot();
    EXPECT_EQ(snapshot.requests, 0U);
    EXPECT_EQ(snapshot.successes, 0U);
    EXPECT_EQ(snapshot.latency.count, 0U);
    EXPECT_EQ(snapshot.in_flight, 1U);
    EXPECT_EQ(snapshot.uptime, 0s);
}

TEST_F(ClientMetricsTest, TooManyModelsShareOneEntry) {
    for (std::size_t i = 0; i < 2 * ClientMetrics::max_models; ++i) {
        metrics_.started(metrics_.model("m" + std::to_string(i)));
    }
    const MetricsSnapshot snapshot = metrics_.snapshot();
    ASSERT_EQ(snapshot.models.size(), ClientMetrics::max_models + 1);
    EXPECT_EQ(snapshot.models.back().model, "(other)");
    EXPECT_EQ(snapshot.models.back().requests, ClientMetrics::max_models);
    EXPECT_EQ(&metrics_.model("m0"), &metrics_.model("m0"));
}

TEST_F(ClientMetricsTest, WaitIdleWaitsForAllForEachCaller) {
    EXPECT_TRUE(metrics_.wait_idle(0ms));
    ModelFigures& model = metrics_.model("m");
    metrics_.started(model);
    EXPECT_FALSE(metrics_.wait_idle(1ms));
    std::vector<std::thread> waiting;
    for (int i = 0; i < 2; ++i) {
        waiting.emplace_back([&] { EXPECT_TRUE(metrics_.wait_idle(20s)); });
    }
    metrics_.ended(model, std::nullopt, 1ms);
    for (std::thread& thread : waiting)
        thread.join();
    EXPECT_EQ(metrics_.in_flight(), 0U);
}

}  // namespace
}  // namespace vllm_client::metrics
