// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/conformance_servers.h"

namespace vllm_client::conformance {
namespace {

using ::testing::Each;
using ::testing::EndsWith;
using ::testing::Field;
using ::testing::Le;
using ::testing::SizeIs;
using ::testing::StartsWith;

TEST(Chat, PlainReplyIsComplete) {
    const ChatReply reply = generation().chat(short_chat()).value();

    EXPECT_THAT(reply.id, StartsWith("chatcmpl-"));
    EXPECT_EQ(reply.model, served_model(generation()).id);
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    EXPECT_NEAR(static_cast<double>(reply.created),
                static_cast<double>(std::chrono::duration_cast<std::chrono::seconds>(now).count()),
                300);
    ASSERT_THAT(reply.choices, SizeIs(1));
    EXPECT_EQ(reply.choices[0].index, 0);
    EXPECT_EQ(reply.choices[0].message.role, "assistant");
    EXPECT_EQ(reply.finish_reason(), FinishReason::length);
    EXPECT_EQ(reply.choices[0].stop_reason, StopReason());
    EXPECT_FALSE(reply.text().empty());
    EXPECT_EQ(reply.raw.status, 200);
    EXPECT_EQ(reply.raw.header("content-type"), "application/json");
    EXPECT_GT(reply.timing.total.count(), 0);
}

TEST(Chat, UsageAddsUp) {
    const ChatReply reply = generation().chat(short_chat()).value();
    ASSERT_TRUE(reply.usage.has_value());
    EXPECT_GT(reply.usage->prompt_tokens, 0);
    EXPECT_EQ(reply.usage->completion_tokens, answer_tokens);
    EXPECT_EQ(reply.usage->total_tokens,
              reply.usage->prompt_tokens + reply.usage->completion_tokens);
}

TEST(Chat, GreedyAnswerIsRepeatable) {
    EXPECT_EQ(generation().chat(short_chat()).value().text(),
              generation().chat(short_chat()).value().text());
}

TEST(Chat, TwoChoicesComeInOrder) {
    ChatRequest request = short_chat();
    request.temperature = 0.8;
    request.n = 2;
    const ChatReply reply = generation().chat(request).value();
    ASSERT_THAT(reply.choices, SizeIs(2));
    EXPECT_EQ(reply.choices[0].index, 0);
    EXPECT_EQ(reply.choices[1].index, 1);
    EXPECT_EQ(reply.usage.value().completion_tokens, 2 * answer_tokens);
}

TEST(Chat, StopStringEndsTheAnswerAndIsNamed) {
    const std::string whole = generation().chat(short_chat()).value().text();
    const std::string stop = stop_inside(whole);
    ASSERT_FALSE(stop.empty()) << whole;

    ChatRequest request = short_chat();
    request.stop = {stop};
    const ChatReply reply = generation().chat(request).value();
    EXPECT_EQ(reply.text(), whole.substr(0, whole.find(stop)));
    EXPECT_EQ(reply.finish_reason(), FinishReason::stop);
    EXPECT_EQ(reply.choices.at(0).stop_reason, StopReason(stop));

    request.include_stop_str_in_output = true;
    EXPECT_THAT(generation().chat(request).value().text(), EndsWith(stop));
}

TEST(Chat, StopTokenEndsTheAnswerAndIsNamed) {
    ChatRequest request = short_chat();
    request.return_token_ids = true;
    const ChatReply whole = generation().chat(request).value();
    ASSERT_THAT(whole.choices.at(0).token_ids, SizeIs(answer_tokens));

    const std::int64_t stop = whole.choices[0].token_ids.back();
    request.stop_token_ids = {stop};
    const ChatReply reply = generation().chat(request).value();
    EXPECT_EQ(reply.finish_reason(), FinishReason::stop);
    EXPECT_EQ(reply.choices.at(0).stop_reason, StopReason(stop));
    EXPECT_EQ(reply.choices[0].token_ids.back(), stop);
}

TEST(Chat, LogprobsComeForEachTokenWithTheirAlternatives) {
    ChatRequest request = short_chat();
    request.logprobs = true;
    request.top_logprobs = 3;
    const ChatReply reply = generation().chat(request).value();
    const std::vector<TokenLogprob>& tokens = reply.choices.at(0).logprobs;
    ASSERT_THAT(tokens, SizeIs(answer_tokens));
    for (const TokenLogprob& token : tokens) {
        EXPECT_LE(token.logprob, 0);
        EXPECT_FALSE(token.bytes.empty());
        EXPECT_THAT(token.top_logprobs, SizeIs(3));
        // Greedy: what was taken is the most probable.
        EXPECT_THAT(token.top_logprobs, Each(Field(&TopLogprob::logprob, Le(token.logprob))));
    }
}

TEST(Chat, LogprobsWithoutAlternativesHoldTheTokenOnly) {
    ChatRequest request = short_chat();
    request.logprobs = true;
    const ChatReply reply = generation().chat(request).value();
    EXPECT_THAT(reply.choices.at(0).logprobs, SizeIs(answer_tokens));
    EXPECT_THAT(reply.choices[0].logprobs, Each(Field(&TokenLogprob::top_logprobs, SizeIs(0))));
}

TEST(Chat, TokenIdsAreThoseThatUsageCounts) {
    ChatRequest request = short_chat();
    request.return_token_ids = true;
    const ChatReply reply = generation().chat(request).value();
    const Usage usage = reply.usage.value();
    EXPECT_THAT(reply.choices.at(0).token_ids, SizeIs(usage.completion_tokens));
    EXPECT_THAT(reply.prompt_token_ids, SizeIs(usage.prompt_tokens));
}

TEST(Chat, SystemPromptIsPartOfThePrompt) {
    ChatRequest request = short_chat();
    const std::int64_t without = generation().chat(request).value().usage.value().prompt_tokens;
    request.messages.insert(request.messages.begin(), system_message("You are a sailor."));
    EXPECT_GT(generation().chat(request).value().usage.value().prompt_tokens, without);
}

TEST(Chat, ConversationWithToolResultIsUnderstood) {
    ChatRequest request = short_chat();
    Message call = assistant("");
    call.tool_calls = {{.id = "call-1", .name = "depth", .arguments = R"({"sea":"North"})"}};
    request.messages = {user("How deep is the North Sea?"), call, tool_result("call-1", "95 m"),
                        user("And on average?")};
    EXPECT_EQ(generation().chat(request).value().usage.value().completion_tokens, answer_tokens);
}

TEST(Chat, TextPartsAreReadLikeText) {
    ChatRequest request = short_chat();
    request.messages = {user({text_part("Tell me about the sea.")})};
    EXPECT_EQ(generation().chat(request).value().text(),
              generation().chat(short_chat()).value().text());
}

TEST(Chat, UnknownFieldsAreTolerated) {
    ChatRequest request = short_chat();
    request.extra = R"({"no_such_field": {"a": [1, null]}})";
    EXPECT_EQ(generation().chat(request).value().text(),
              generation().chat(short_chat()).value().text());
}

TEST(Chat, RequestIdBecomesTheReplysId) {
    const std::string id = "conformance-request-id";
    const ChatReply reply = generation().chat(short_chat(), {.request_id = id}).value();
    EXPECT_EQ(reply.id, "chatcmpl-" + id);
    EXPECT_EQ(reply.raw.request_id, id);
    EXPECT_EQ(reply.raw.header("x-request-id").value_or(id), id);  // an opt-in of the server
}

TEST(Chat, BoundClientNamesItsModelAndAddsItsDefaults) {
    const BoundClient bound = generation().bind({.model = served_model(generation()).id,
                                                 .system_prompt = "You are a sailor.",
                                                 .max_tokens = 3});
    const ChatReply reply =
        bound.chat({.messages = {user("Hello")}, .temperature = 0.0, .ignore_eos = true}).value();
    EXPECT_EQ(reply.usage.value().completion_tokens, 3);
}

}  // namespace
}  // namespace vllm_client::conformance
