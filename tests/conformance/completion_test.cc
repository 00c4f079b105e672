// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "conformance/conformance_servers.h"

namespace vllm_client::conformance {
namespace {

using ::testing::Each;
using ::testing::Optional;
using ::testing::SizeIs;
using ::testing::StartsWith;

const std::vector<std::string> two_prompts = {"The sea is", "A ship has"};

std::vector<std::int64_t> indexes(const CompletionReply& reply) {
    std::vector<std::int64_t> list;
    for (const CompletionChoice& choice : reply.choices)
        list.push_back(choice.index);
    return list;
}

TokenIds tokens_of(const std::string& text) {
    return generation().tokenize({.prompt = text}).value().tokens;
}

TEST(Completion, PlainReplyIsComplete) {
    const CompletionReply reply = generation().complete(short_completion()).value();
    EXPECT_THAT(reply.id, StartsWith("cmpl-"));
    EXPECT_EQ(reply.model, served_model(generation()).id);
    EXPECT_GT(reply.created, 0);
    ASSERT_THAT(reply.choices, SizeIs(1));
    EXPECT_EQ(reply.choices[0].index, 0);
    EXPECT_EQ(reply.choices[0].finish_reason, FinishReason::length);
    EXPECT_FALSE(reply.text().empty());
    ASSERT_TRUE(reply.usage.has_value());
    EXPECT_EQ(reply.usage->completion_tokens, answer_tokens);
    EXPECT_EQ(reply.usage->total_tokens, reply.usage->prompt_tokens + answer_tokens);
}

TEST(Completion, SixteenTokensAreTheDefault) {
    CompletionRequest request = short_completion();
    request.max_tokens.reset();
    EXPECT_EQ(generation().complete(request).value().usage.value().completion_tokens, 16);
}

TEST(Completion, TokenIdsMeanTheirText) {
    const CompletionReply text = generation().complete(short_completion()).value();
    const CompletionReply ids =
        generation().complete(short_completion(tokens_of("The sea is"))).value();
    EXPECT_EQ(ids.text(), text.text());
    EXPECT_EQ(ids.usage.value().prompt_tokens, text.usage.value().prompt_tokens);
}

TEST(Completion, EachPromptOfAListHasItsIndex) {
    const CompletionReply reply = generation().complete(short_completion(two_prompts)).value();
    EXPECT_THAT(indexes(reply), ::testing::ElementsAre(0, 1));
    EXPECT_EQ(reply.choices[0].text,
              generation().complete(short_completion(two_prompts[0])).value().text());
    EXPECT_EQ(reply.choices[1].text,
              generation().complete(short_completion(two_prompts[1])).value().text());
    EXPECT_EQ(reply.usage.value().completion_tokens, 2 * answer_tokens);
}

TEST(Completion, ListsOfTokenIdsMeanTheirTexts) {
    const std::vector<TokenIds> ids = {tokens_of(two_prompts[0]), tokens_of(two_prompts[1])};
    const CompletionReply texts = generation().complete(short_completion(two_prompts)).value();
    const CompletionReply reply = generation().complete(short_completion(ids)).value();
    ASSERT_THAT(reply.choices, SizeIs(2));
    EXPECT_EQ(reply.choices[0].text, texts.choices.at(0).text);
    EXPECT_EQ(reply.choices[1].text, texts.choices.at(1).text);
    EXPECT_EQ(reply.usage.value().prompt_tokens,
              static_cast<std::int64_t>(ids[0].size() + ids[1].size()));
}

TEST(Completion, IndexIsPromptTimesSamplesPlusSample) {
    CompletionRequest request = short_completion(two_prompts);
    request.temperature = 0.8;
    request.n = 2;
    request.echo = true;
    const CompletionReply reply = generation().complete(request).value();
    EXPECT_THAT(indexes(reply), ::testing::ElementsAre(0, 1, 2, 3));
    EXPECT_THAT(reply.choices[1].text, StartsWith(two_prompts[0]));
    EXPECT_THAT(reply.choices[2].text, StartsWith(two_prompts[1]));
    EXPECT_EQ(reply.usage.value().completion_tokens, 4 * answer_tokens);
}

TEST(Completion, EchoPutsThePromptFirst) {
    const CompletionReply plain = generation().complete(short_completion()).value();
    CompletionRequest request = short_completion();
    request.echo = true;
    EXPECT_EQ(generation().complete(request).value().text(), "The sea is" + plain.text());
}

TEST(Completion, LogprobsComeForEachToken) {
    CompletionRequest request = short_completion();
    request.logprobs = 2;
    const CompletionReply reply = generation().complete(request).value();
    ASSERT_TRUE(reply.choices.at(0).logprobs.has_value());
    const CompletionLogprobs& logprobs = *reply.choices[0].logprobs;
    EXPECT_THAT(logprobs.tokens, SizeIs(answer_tokens));
    EXPECT_THAT(logprobs.text_offset, SizeIs(answer_tokens));
    EXPECT_THAT(logprobs.token_logprobs, SizeIs(answer_tokens));
    EXPECT_THAT(logprobs.token_logprobs, Each(Optional(::testing::Le(0.0))));
    ASSERT_THAT(logprobs.top_logprobs, SizeIs(answer_tokens));
    // One more if the sampled token is not among the best, fewer if two have the same text.
    for (const auto& alternatives : logprobs.top_logprobs) {
        EXPECT_THAT(alternatives, SizeIs(::testing::AllOf(::testing::Ge(1U), ::testing::Le(3U))));
    }
}

TEST(Completion, EchoedPromptHasLogprobsAfterItsFirstToken) {
    CompletionRequest request = short_completion();
    request.echo = true;
    request.logprobs = 1;
    const CompletionReply reply = generation().complete(request).value();
    ASSERT_TRUE(reply.choices.at(0).logprobs.has_value());
    const auto& logprobs = reply.choices[0].logprobs->token_logprobs;
    ASSERT_THAT(logprobs, SizeIs(reply.usage.value().total_tokens));
    EXPECT_FALSE(logprobs.front().has_value());
    EXPECT_TRUE(logprobs.at(1).has_value());
}

TEST(Completion, TokenIdsAreThoseThatUsageCounts) {
    CompletionRequest request = short_completion();
    request.return_token_ids = true;
    const CompletionReply reply = generation().complete(request).value();
    EXPECT_THAT(reply.choices.at(0).token_ids, SizeIs(answer_tokens));
    EXPECT_EQ(reply.choices[0].prompt_token_ids, tokens_of("The sea is"));
}

TEST(Completion, StopStringEndsTheAnswerAndIsNamed) {
    const std::string whole = generation().complete(short_completion()).value().text();
    const std::string stop = stop_inside(whole);
    ASSERT_FALSE(stop.empty()) << whole;
    CompletionRequest request = short_completion();
    request.stop = {stop};
    const CompletionReply reply = generation().complete(request).value();
    EXPECT_EQ(reply.text(), whole.substr(0, whole.find(stop)));
    EXPECT_EQ(reply.choices.at(0).finish_reason, FinishReason::stop);
    EXPECT_EQ(reply.choices[0].stop_reason, StopReason(stop));
}

TEST(CompletionStream, DeltasJoinToThePlainAnswer) {
    const CompletionReply plain = generation().complete(short_completion()).value();
    CompletionStream stream = generation().complete_stream(short_completion());
    std::string text;
    bool usage_seen = false;
    for (const CompletionDelta& delta : stream) {
        EXPECT_FALSE(usage_seen) << "an event after the usage";
        text += delta.text();
        usage_seen = delta.has_usage();
    }
    EXPECT_EQ(text, plain.text());
    EXPECT_TRUE(usage_seen);
    const CompletionReply reply = stream.collect().value();
    EXPECT_THAT(reply.id, StartsWith("cmpl-"));
    EXPECT_EQ(reply.text(), plain.text());
    EXPECT_EQ(reply.choices.at(0).finish_reason, FinishReason::length);
    EXPECT_EQ(reply.usage.value().total_tokens, plain.usage.value().total_tokens);
    EXPECT_FALSE(reply.end_marker_missing);
}

TEST(CompletionStream, PromptsOfAListInterleave) {
    const CompletionReply plain = generation().complete(short_completion(two_prompts)).value();
    CompletionStream stream = generation().complete_stream(short_completion(two_prompts));
    std::map<std::int64_t, std::string> texts;
    std::vector<std::int64_t> order;
    for (const CompletionDelta& delta : stream) {
        if (delta.choice_count() == 0) continue;
        texts[delta.index()] += delta.text();
        order.push_back(delta.index());
    }
    ASSERT_THAT(texts, SizeIs(2));
    EXPECT_EQ(texts[0], plain.choices.at(0).text);
    EXPECT_EQ(texts[1], plain.choices.at(1).text);
    EXPECT_FALSE(std::is_sorted(order.begin(), order.end())) << "one prompt after the other";
    EXPECT_EQ(stream.collect().value().usage.value().completion_tokens, 2 * answer_tokens);
}

TEST(CompletionStream, EchoComesWithTheFirstPiece) {
    CompletionRequest request = short_completion();
    request.echo = true;
    const CompletionReply plain = generation().complete(request).value();
    CompletionStream stream = generation().complete_stream(request);
    auto step = stream.next();
    ASSERT_TRUE(step.value().has_value());
    EXPECT_THAT(std::string((*step)->text()), StartsWith("The sea is"));
    EXPECT_EQ(stream.collect().value().text(), plain.text());
}

TEST(CompletionStream, LogprobsAreThoseOfThePlainAnswer) {
    CompletionRequest request = short_completion();
    request.logprobs = 1;
    const CompletionReply plain = generation().complete(request).value();
    const CompletionReply streamed = generation().complete_stream(request).collect().value();
    ASSERT_TRUE(streamed.choices.at(0).logprobs.has_value());
    EXPECT_EQ(streamed.choices[0].logprobs->tokens, plain.choices.at(0).logprobs.value().tokens);
    EXPECT_THAT(streamed.choices[0].logprobs->token_logprobs, SizeIs(answer_tokens));
}

}  // namespace
}  // namespace vllm_client::conformance
