// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/conformance_servers.h"

namespace vllm_client::conformance {
namespace {

using ::testing::Each;
using ::testing::Field;
using ::testing::Ge;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Optional;

TEST(Server, OffersModelsWithTheirContext) {
    for (const VllmClient& client : {generation(), embedding()}) {
        const ModelInfo model = served_model(client);
        EXPECT_THAT(model.id, Not(IsEmpty()));
        EXPECT_EQ(model.owned_by, "vllm");
        EXPECT_THAT(model.max_model_len, Optional(Ge(1)));
        EXPECT_GT(model.created, 0);
    }
}

TEST(Server, TellsItsVersion) {
    EXPECT_THAT(generation().version().value().version,
                ::testing::MatchesRegex("[0-9]+[.][0-9]+.*"));
}

TEST(Server, IsHealthy) {
    const HealthReply reply = generation().health().value();
    EXPECT_TRUE(reply.healthy);
    EXPECT_EQ(reply.raw.status, 200);
    EXPECT_THAT(reply.raw.body, IsEmpty());
}

TEST(Server, IsReady) {
    EXPECT_TRUE(generation().wait_ready(std::chrono::seconds(5)).ok());
}

TEST(Server, PassesTheCheck) {
    const CheckReport report = generation().check().value();
    EXPECT_TRUE(report.ok);
    EXPECT_THAT(report.steps, Not(IsEmpty()));
    EXPECT_THAT(report.steps, Each(Field(&CheckStep::ok, true)));
    EXPECT_EQ(report.server_version, generation().version().value().version);
}

TEST(Server, TellsItsLoad) {
    EXPECT_GE(generation().load().value().server_load, 0);
}

TEST(Server, MetricsHoldTheGaugesOfTheEngine) {
    ASSERT_TRUE(generation().chat(short_chat()).ok());
    const ServerMetrics metrics = generation().server_metrics().value();
    EXPECT_THAT(metrics.requests_running(), Optional(Ge(0.0)));
    EXPECT_THAT(metrics.requests_waiting(), Optional(Ge(0.0)));
    EXPECT_THAT(metrics.kv_cache_usage(), Optional(::testing::AllOf(Ge(0.0), ::testing::Le(1.0))));
    EXPECT_THAT(metrics.sum("vllm:prompt_tokens_total"), Optional(Ge(1.0)));
    EXPECT_THAT(metrics.sum("vllm:generation_tokens_total"), Optional(Ge(1.0)));
    for (const MetricSample& sample : metrics.samples) {
        if (sample.name != "vllm:num_requests_running") continue;
        EXPECT_EQ(sample.label("model_name"), served_model(generation()).id);
        EXPECT_EQ(sample.label("engine"), "0");
    }
}

TEST(Server, MetricsCountGeneratedTokens) {
    const auto generated = [] {
        const ServerMetrics metrics = generation().server_metrics().value();
        return metrics.sum("vllm:generation_tokens_total").value_or(0);
    };
    const double before = generated();
    ASSERT_TRUE(generation().chat(short_chat()).ok());
    // The page may be a step behind the reply.
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    double after = generated();
    while (after < before + answer_tokens && std::chrono::steady_clock::now() < deadline) {
        after = generated();
    }
    EXPECT_GE(after, before + answer_tokens);
}

TEST(Server, UnknownRouteIsNotFound) {
    const RawReply reply = generation().raw({.path = "/no/such/route"}).value();
    EXPECT_EQ(reply.status, 404);
    EXPECT_EQ(reply.body, R"({"detail":"Not Found"})");
}

TEST(Server, WrongMethodIsNotAllowed) {
    const RawReply reply = generation().raw({.path = "/v1/chat/completions"}).value();
    EXPECT_EQ(reply.status, 405);
    EXPECT_EQ(reply.body, R"({"detail":"Method Not Allowed"})");
    EXPECT_EQ(reply.header("allow"), "POST");
}

TEST(Server, RawReplyIsThatOfTheRoute) {
    const RawReply reply = generation().raw({.path = "/version"}).value();
    EXPECT_EQ(reply.status, 200);
    EXPECT_THAT(reply.body,
                ::testing::HasSubstr("\"" + generation().version().value().version + "\""));
}

}  // namespace
}  // namespace vllm_client::conformance
