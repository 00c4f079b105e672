// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "conformance/conformance_servers.h"

namespace vllm_client::conformance {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::seconds;

/// A chat that runs until somebody stops it: no end marker, as long as the context allows.
ChatRequest endless_chat() {
    ChatRequest request = short_chat();
    request.max_tokens = served_model(generation()).max_model_len.value() - 100;
    return request;
}

/// Asks the server how many requests it runs until `accept` likes the answer or time is up.
::testing::AssertionResult running_becomes(const std::function<bool(double)>& accept,
                                           seconds limit) {
    const auto deadline = Clock::now() + limit;
    std::vector<double> seen;
    while (Clock::now() < deadline) {
        seen.push_back(generation().server_metrics().value().requests_running().value());
        if (accept(seen.back())) return ::testing::AssertionSuccess();
    }
    return ::testing::AssertionFailure()
           << "requests running, as often as asked: " << ::testing::PrintToString(seen);
}

::testing::AssertionResult some_run() {
    return running_becomes([](double running) { return running >= 1; }, seconds(10));
}

/// Holds only while nobody else uses the server.
::testing::AssertionResult none_runs_within_a_second() {
    return running_becomes([](double running) { return running == 0; }, seconds(1));
}

TEST(Connection, DroppedStreamStopsTheServer) {
    {
        ChatStream stream = generation().chat_stream(endless_chat());
        ASSERT_TRUE(stream.next().value().has_value());
        ASSERT_TRUE(some_run());
    }
    EXPECT_TRUE(none_runs_within_a_second());
}

TEST(Connection, CancelledStreamStopsTheServerAndSaysSo) {
    ChatStream stream = generation().chat_stream(endless_chat());
    ASSERT_TRUE(stream.next().value().has_value());
    ASSERT_TRUE(some_run());
    stream.cancel();
    EXPECT_TRUE(none_runs_within_a_second());
    const Result<ChatReply> reply = stream.collect();
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.error().kind, ErrorKind::cancelled);
}

TEST(Connection, CancelledPlainCallStopsTheServer) {
    Call<ChatReply> call = generation().chat_async(endless_chat());
    ASSERT_TRUE(some_run());
    call.cancel();
    EXPECT_TRUE(none_runs_within_a_second());
    const Result<ChatReply> reply = std::move(call).get();
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.error().kind, ErrorKind::cancelled);
}

TEST(Connection, DeadlineStopsTheServer) {
    const Result<ChatReply> reply =
        generation().chat(endless_chat(), {.timeouts = {.total = std::chrono::milliseconds(300)}});
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.error().kind, ErrorKind::deadline);
    EXPECT_TRUE(none_runs_within_a_second());
}

TEST(Connection, OneConnectionServesPlainAndStreamedCalls) {
    const VllmClient client = make_client(servers().generate_url());
    for (int round = 0; round < 2; ++round) {
        ASSERT_TRUE(client.chat(short_chat()).ok());
        ASSERT_TRUE(client.chat_stream(short_chat()).collect().ok());
        ASSERT_TRUE(client.complete(short_completion()).ok());
        for (const CompletionDelta& delta : client.complete_stream(short_completion())) {
            EXPECT_FALSE(delta.json().empty());
        }
        ASSERT_TRUE(client.tokenize({.prompt = "text"}).ok());
        ASSERT_EQ(client.raw({.path = "/no/such/route"}).value().status, 404);
    }
    const PoolStats pool = client.metrics().pools.at(0);
    EXPECT_EQ(pool.created, 1U);
    EXPECT_EQ(pool.reused, 11U);
    EXPECT_EQ(pool.resends, 0U);
}

TEST(Connection, ErrorRepliesKeepTheConnection) {
    const VllmClient client = make_client(servers().generate_url());
    ChatRequest request = short_chat();
    request.model = "no-such-model";
    ASSERT_FALSE(client.chat(request).ok());
    ASSERT_FALSE(client.chat_stream(request).collect().ok());
    ASSERT_TRUE(client.chat(short_chat()).ok());
    EXPECT_EQ(client.metrics().pools.at(0).created, 1U);
}

TEST(Connection, SixteenMixedCallsRunAtOnce) {
    std::vector<Call<ChatReply>> chats;
    std::vector<ChatStream> streams;
    std::vector<Call<CompletionReply>> completions;
    std::vector<Call<EmbeddingReply>> embeddings;
    for (int i = 0; i < 4; ++i) {
        chats.push_back(generation().chat_async(short_chat()));
        streams.push_back(generation().chat_stream(short_chat()));
        completions.push_back(generation().complete_async(short_completion()));
        embeddings.push_back(embedding().embed_async({.input = "The sea is deep."}));
    }
    for (auto& call : chats) {
        EXPECT_EQ(std::move(call).get().value().usage.value().completion_tokens, answer_tokens);
    }
    for (auto& stream : streams) {
        EXPECT_EQ(stream.collect().value().usage.value().completion_tokens, answer_tokens);
    }
    for (auto& call : completions) {
        EXPECT_EQ(std::move(call).get().value().usage.value().completion_tokens, answer_tokens);
    }
    for (auto& call : embeddings)
        EXPECT_EQ(std::move(call).get().value().size(), 1U);
}

}  // namespace
}  // namespace vllm_client::conformance
