// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "conformance/conformance_servers.h"

namespace vllm_client::conformance {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::StartsWith;

TEST(ChatStream, DeltasJoinToThePlainAnswer) {
    const ChatReply plain = generation().chat(short_chat()).value();
    std::string text;
    for (const ChatDelta& delta : generation().chat_stream(short_chat()))
        text += delta.text();
    EXPECT_EQ(text, plain.text());
}

TEST(ChatStream, CollectedReplyEqualsThePlainOne) {
    const ChatReply plain = generation().chat(short_chat()).value();
    const ChatReply streamed = generation().chat_stream(short_chat()).collect().value();
    EXPECT_THAT(streamed.id, StartsWith("chatcmpl-"));
    EXPECT_EQ(streamed.model, plain.model);
    EXPECT_GT(streamed.created, 0);
    ASSERT_THAT(streamed.choices, SizeIs(1));
    EXPECT_EQ(streamed.choices[0].message.role, "assistant");
    EXPECT_EQ(streamed.text(), plain.text());
    EXPECT_EQ(streamed.finish_reason(), plain.finish_reason());
    EXPECT_EQ(streamed.usage.value().prompt_tokens, plain.usage.value().prompt_tokens);
    EXPECT_EQ(streamed.usage.value().completion_tokens, plain.usage.value().completion_tokens);
    EXPECT_EQ(streamed.usage.value().total_tokens, plain.usage.value().total_tokens);
}

TEST(ChatStream, EventsComeInOrder) {
    ChatStream stream = generation().chat_stream(short_chat());
    auto step = stream.next();
    ASSERT_TRUE(step.value().has_value());
    ASSERT_THAT((*step)->chunk().choices, SizeIs(1));
    EXPECT_EQ((*step)->chunk().choices[0].role, "assistant");
    EXPECT_EQ((*step)->text(), "");

    bool finished = false;
    bool usage_seen = false;
    while ((step = stream.next()).value().has_value()) {
        EXPECT_FALSE(usage_seen) << "an event after the usage";
        if ((*step)->has_usage()) {
            EXPECT_TRUE(finished) << "usage before the finish reason";
            EXPECT_EQ((*step)->choice_count(), 0U);
            EXPECT_EQ((*step)->usage()->completion_tokens, answer_tokens);
            usage_seen = true;
            continue;
        }
        EXPECT_FALSE(finished) << "content after the finish reason";
        EXPECT_EQ((*step)->choice_count(), 1U);
        finished = (*step)->finish_reason() == FinishReason::length;
    }
    EXPECT_TRUE(usage_seen);
    EXPECT_FALSE(stream.collect().value().end_marker_missing);
}

TEST(ChatStream, HeadersAreThoseOfAnEventStream) {
    ChatStream stream = generation().chat_stream(short_chat());
    const ChatReply reply = stream.collect().value();
    EXPECT_EQ(reply.raw.status, 200);
    EXPECT_EQ(reply.raw.header("content-type"), "text/event-stream; charset=utf-8");
    EXPECT_EQ(reply.raw.header("transfer-encoding"), "chunked");
}

TEST(ChatStream, TimesComeInOrder) {
    ChatStream stream = generation().chat_stream(short_chat());
    ASSERT_TRUE(stream.collect().ok());
    const Timing timing = stream.timing();
    EXPECT_GT(timing.first_chunk.count(), 0);
    EXPECT_LE(timing.first_chunk, timing.first_token);
    EXPECT_LE(timing.first_token, timing.total);
}

TEST(ChatStream, UsageIsLeftOutIfNotWanted) {
    ChatRequest request = short_chat();
    request.include_usage = false;
    const ChatReply reply = generation().chat_stream(request).collect().value();
    EXPECT_FALSE(reply.usage.has_value());
    EXPECT_EQ(reply.finish_reason(), FinishReason::length);
}

TEST(ChatStream, ContinuousUsageCountsUp) {
    ChatRequest request = short_chat();
    request.continuous_usage_stats = true;
    std::int64_t completion_tokens = 0;
    std::int64_t prompt_tokens = 0;
    for (const ChatDelta& delta : generation().chat_stream(request)) {
        ASSERT_TRUE(delta.usage().has_value()) << delta.json();
        const Usage& usage = *delta.usage();
        EXPECT_GE(usage.completion_tokens, completion_tokens);
        EXPECT_EQ(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens);
        completion_tokens = usage.completion_tokens;
        prompt_tokens = usage.prompt_tokens;
    }
    EXPECT_EQ(completion_tokens, answer_tokens);
    EXPECT_GT(prompt_tokens, 0);
}

TEST(ChatStream, TwoChoicesAreToldApart) {
    ChatRequest request = short_chat();
    request.temperature = 0.8;
    request.n = 2;
    ChatStream stream = generation().chat_stream(request);
    std::map<std::int64_t, std::string> texts;
    std::map<std::int64_t, int> ends;
    for (const ChatDelta& delta : stream) {
        if (delta.choice_count() == 0) continue;
        texts[delta.index()] += delta.text();
        ends[delta.index()] += delta.finish_reason().has_value() ? 1 : 0;
    }
    EXPECT_THAT(ends, ElementsAre(Pair(0, 1), Pair(1, 1)));
    const ChatReply reply = stream.collect().value();
    ASSERT_THAT(reply.choices, SizeIs(2));
    EXPECT_EQ(reply.choices[0].message.content, texts[0]);
    EXPECT_EQ(reply.choices[1].message.content, texts[1]);
    EXPECT_EQ(reply.usage.value().completion_tokens, 2 * answer_tokens);
}

TEST(ChatStream, StopStringEndsTheAnswerAndIsNamed) {
    const std::string whole = generation().chat(short_chat()).value().text();
    const std::string stop = stop_inside(whole);
    ASSERT_FALSE(stop.empty()) << whole;
    ChatRequest request = short_chat();
    request.stop = {stop};
    const ChatReply reply = generation().chat_stream(request).collect().value();
    EXPECT_EQ(reply.text(), whole.substr(0, whole.find(stop)));
    EXPECT_EQ(reply.finish_reason(), FinishReason::stop);
    EXPECT_EQ(reply.choices.at(0).stop_reason, StopReason(stop));
}

TEST(ChatStream, LogprobsAreThoseOfThePlainAnswer) {
    ChatRequest request = short_chat();
    request.logprobs = true;
    request.top_logprobs = 2;
    const ChatReply plain = generation().chat(request).value();
    const ChatReply streamed = generation().chat_stream(request).collect().value();
    const std::vector<TokenLogprob>& tokens = streamed.choices.at(0).logprobs;
    ASSERT_THAT(tokens, SizeIs(plain.choices.at(0).logprobs.size()));
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        EXPECT_EQ(tokens[i].token, plain.choices[0].logprobs[i].token);
        EXPECT_NEAR(tokens[i].logprob, plain.choices[0].logprobs[i].logprob, 0.01);
        EXPECT_THAT(tokens[i].top_logprobs, SizeIs(2));
    }
}

TEST(ChatStream, TokenIdsAreThoseOfThePlainAnswer) {
    ChatRequest request = short_chat();
    request.return_token_ids = true;
    const ChatReply plain = generation().chat(request).value();
    const ChatReply streamed = generation().chat_stream(request).collect().value();
    EXPECT_EQ(streamed.choices.at(0).token_ids, plain.choices.at(0).token_ids);
    EXPECT_EQ(streamed.prompt_token_ids, plain.prompt_token_ids);
}

TEST(ChatStream, RequestIdBecomesTheReplysId) {
    const std::string id = "conformance-stream-id";
    const ChatReply reply =
        generation().chat_stream(short_chat(), {.request_id = id}).collect().value();
    EXPECT_EQ(reply.id, "chatcmpl-" + id);
    EXPECT_EQ(reply.raw.request_id, id);
}

TEST(ChatStream, CallbackSeesEveryEvent) {
    const std::string plain = generation().chat(short_chat()).value().text();
    std::string text;
    ASSERT_TRUE(generation()
                    .chat_stream(short_chat())
                    .for_each([&text](const ChatDelta& delta) { text += delta.text(); })
                    .get()
                    .ok());
    EXPECT_EQ(text, plain);
}

}  // namespace
}  // namespace vllm_client::conformance
