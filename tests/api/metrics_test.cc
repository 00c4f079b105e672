// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/metrics.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "api/fake_client.h"
#include "support/scripted_server.h"

namespace vllm_client::api {
namespace {

TEST(Metrics, CountEachRequestOnce) {
    const FakeClient f({.model = "tiny"});
    f.fake->reply(chat_path, {.body = testing::chat_reply_json("x")});
    f.fake->reply(chat_path, {.status = 500, .body = testing::error_reply_json(500, "no")});
    f.fake->reply(chat_path, {.status = 200, .body = "{"});
    f.fake->stream(chat_path, {.hold_open = true});
    EXPECT_TRUE(f.client.chat(ask("a")).ok());
    EXPECT_FALSE(f.client.chat(ask("a")).ok());
    EXPECT_FALSE(f.client.chat(ask("a")).ok());
    auto call = f.client.chat_async(ask("a"));
    EXPECT_EQ(f.client.metrics().in_flight, 1U);
    call.cancel();
    EXPECT_FALSE(std::move(call).get().ok());

    const MetricsSnapshot all = f.client.metrics();
    EXPECT_EQ(all.requests, 4U);
    EXPECT_EQ(all.successes, 1U);
    EXPECT_EQ(all.failures, 2U);
    EXPECT_EQ(all.cancelled, 1U);
    EXPECT_EQ(all.in_flight, 0U);
    EXPECT_EQ(all.errors, (std::vector<std::pair<ErrorKind, std::uint64_t>>{
                              {ErrorKind::http, 1}, {ErrorKind::decode, 1}}));
    EXPECT_EQ(all.latency.count, 1U);
    EXPECT_GT(all.latency.min.count(), 0);
    EXPECT_EQ(all.prompt_tokens, 1U);
    EXPECT_EQ(all.completion_tokens, 1U);
    EXPECT_GT(all.requests_per_second, 0);
    ASSERT_EQ(all.models.size(), 1U);
    EXPECT_EQ(all.models[0].model, "tiny");
    EXPECT_EQ(all.models[0].requests, 4U);
    EXPECT_EQ(all.models[0].cancelled, 1U);
}

TEST(Metrics, KeepModelsApart) {
    const FakeClient f;
    f.answer_chat("x");
    for (const char* model : {"a", "b", "a"}) {
        ChatRequest request = ask("x");
        request.model = model;
        ASSERT_TRUE(f.client.chat(request).ok());
    }
    const auto models = f.client.metrics().models;
    ASSERT_EQ(models.size(), 2U);
    EXPECT_EQ(models[0].successes, 2U);
    EXPECT_EQ(models[1].successes, 1U);
}

TEST(Metrics, ResetCountsAnew) {
    const FakeClient f;
    f.answer_chat("x");
    ASSERT_TRUE(f.client.chat(ask("x")).ok());
    f.client.reset_metrics();
    EXPECT_EQ(f.client.metrics().requests, 0U);
    EXPECT_EQ(f.client.metrics().latency.count, 0U);
    ASSERT_TRUE(f.client.chat(ask("x")).ok());
    EXPECT_EQ(f.client.metrics().successes, 1U);
}

TEST(Metrics, ADroppedStreamCountsAsCancelledAndLeavesNothingInFlight) {
    const FakeClient f;
    f.fake->stream(chat_path, {.hold_open = true});
    { const auto stream = f.client.chat_stream(ask("x")); }
    EXPECT_TRUE(eventually([&] { return f.client.metrics().in_flight == 0; }));
    EXPECT_EQ(f.client.metrics().cancelled, 1U);
}

TEST(Metrics, PoolFiguresAreTheServersOwn) {
    support::ScriptedServer server;
    server.respond([](const support::ReceivedRequest&) {
        return support::http_reply(200, testing::chat_reply_json("x"));
    });
    ClientOptions options{.endpoints = {server.url()}};
    options.read_environment = false;
    const VllmClient client(std::move(options));
    for (int i = 0; i < 10; ++i)
        ASSERT_TRUE(client.chat(ask("x")).ok());
    const auto pools = client.metrics().pools;
    ASSERT_EQ(pools.size(), 1U);
    EXPECT_EQ(pools[0].created, server.connections_accepted());
    EXPECT_EQ(pools[0].reused, 9U);
    EXPECT_EQ(client.metrics().resends, 0U);
}

}  // namespace
}  // namespace vllm_client::api
