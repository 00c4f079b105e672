// SPDX-License-Identifier: Apache-2.0
#include "wire/completion_reply.h"

#include <gtest/gtest.h>

#include <cmath>

#include "wire/recorded.h"

namespace vllm_client::wire {
namespace {

Result<CompletionReply> read(std::string body) {
    pad(body);
    return read_completion_reply(body);
}

TEST(CompletionReply, ReadsARecordedReply) {
    const auto reply = read(recorded("completion.json")).value();
    EXPECT_EQ(reply.id.rfind("cmpl-", 0), 0u);
    EXPECT_EQ(reply.model, "tiny");
    ASSERT_EQ(reply.choices.size(), 1u);
    EXPECT_FALSE(reply.text().empty());
    ASSERT_TRUE(reply.usage.has_value());
    EXPECT_GT(reply.usage->completion_tokens, 0);
    EXPECT_TRUE(reply.extra.empty());
    EXPECT_TRUE(reply.choices[0].extra.empty());
    EXPECT_FALSE(reply.choices[0].logprobs.has_value());
}

TEST(CompletionReply, EveryRecordedReplyIsRead) {
    for (const char* file :
         {"completion_cache_hit.json", "completion_cache_miss.json", "completion_list.json",
          "completion_prompt_logprobs.json", "completion_stop_string.json",
          "completion_stop_token.json", "completion_token_prompt.json"}) {
        const auto reply = read(recorded(file));
        ASSERT_TRUE(reply.ok()) << file << reply.error().message;
        for (std::size_t i = 0; i < reply->choices.size(); ++i) {
            EXPECT_EQ(reply->choices[i].index, static_cast<std::int64_t>(i)) << file;
        }
    }
    EXPECT_TRUE(
        read(recorded("completion_prompt_logprobs.json"))->choices[0].prompt_logprobs.valid());
    EXPECT_GT(read(recorded("completion_cache_hit.json"))->usage->cached_tokens.value_or(0), 0);
}

TEST(CompletionReply, StopReasonsAreTextOrToken) {
    EXPECT_TRUE(std::holds_alternative<std::string>(
        read(recorded("completion_stop_string.json"))->choices[0].stop_reason));
    EXPECT_TRUE(std::holds_alternative<std::int64_t>(
        read(recorded("completion_stop_token.json"))->choices[0].stop_reason));
}

TEST(CompletionReply, ReadsRecordedLogprobs) {
    const auto reply = read(recorded("completion_echo_logprobs.json")).value();
    const CompletionLogprobs logprobs = reply.choices.at(0).logprobs.value();
    EXPECT_EQ(logprobs.tokens, (std::vector<std::string>{"def", " main", "RO", "RO", "RO"}));
    EXPECT_EQ(logprobs.text_offset, (std::vector<std::int64_t>{0, 3, 8, 10, 12}));
    ASSERT_EQ(logprobs.token_logprobs.size(), 5u);
    EXPECT_FALSE(logprobs.token_logprobs[0].has_value());
    EXPECT_NEAR(logprobs.token_logprobs[1].value(), -8.31247, 1e-4);
    ASSERT_EQ(logprobs.top_logprobs.size(), 5u);
    EXPECT_TRUE(logprobs.top_logprobs[0].empty());
    ASSERT_EQ(logprobs.top_logprobs[1].size(), 3u);
    EXPECT_EQ(logprobs.top_logprobs[1][0].first, " main");
}

TEST(CompletionReply, UnescapesTokensInAlternatives) {
    const auto reply = read(R"({"choices":[{"logprobs":{"top_logprobs":[{"\"\n\u00e9":-1}]}}]})");
    EXPECT_EQ(reply->choices[0].logprobs->top_logprobs[0][0].first, "\"\né");
}

TEST(FaultC, C20_ReorderedChoicesAreSortedByIndex) {
    const auto reply = read(R"({"choices":[{"index":2,"text":"c"},{"index":0,"text":"a"},)"
                            R"({"index":1,"text":"b"}]})")
                           .value();
    EXPECT_EQ(reply.text(), "a");
    EXPECT_EQ(reply.finish_reason(), reply.choices[0].finish_reason);
    EXPECT_EQ(reply.choices[2].text, "c");
}

TEST(FaultC, C21_CompletionLogprobsMayBeInfinite) {
    const auto reply =
        read(R"({"choices":[{"text":null,"logprobs":{"token_logprobs":)"
             R"([null,-9999.0,-Infinity],"top_logprobs":[null,{"a":-Infinity}]}}]})");
    const auto& logprobs = reply->choices[0].logprobs.value();
    EXPECT_EQ(logprobs.token_logprobs[1], -9999.0);
    EXPECT_EQ(logprobs.token_logprobs[2], -HUGE_VAL);
    EXPECT_EQ(logprobs.top_logprobs[1][0].second, -HUGE_VAL);
}

TEST(FaultC, C13_CompletionErrorsNameThePath) {
    EXPECT_EQ(read(R"({"choices":[{"text":1}]})").error().message,
              "cannot read the completion reply at choices[0].text: expected a string");
    EXPECT_EQ(read("{}").error().message,
              "cannot read the completion reply at choices: missing or empty");
}

TEST(FaultC, C14_UnknownCompletionFieldsAreKept) {
    const auto reply = read(R"({"kv_transfer_params":{"a":1},"choices":[{"routed_experts":[1]}]})");
    EXPECT_EQ(reply->extra.text(), R"({"kv_transfer_params":{"a":1}})");
    EXPECT_EQ(reply->choices[0].extra.text(), R"({"routed_experts":[1]})");
}

}  // namespace
}  // namespace vllm_client::wire
