// SPDX-License-Identifier: Apache-2.0
#include "wire/completion_accumulator.h"

#include <gtest/gtest.h>

#include <limits>

#include "wire/chunk_input.h"
#include "wire/completion_chunk.h"
#include "wire/recorded.h"
#include "wire/stream_end.h"
#include "wire/stream_input.h"

namespace vllm_client::wire {
namespace {

/// A completion being streamed.
class CompletionCollecting {
 public:
    explicit CompletionCollecting(std::int64_t samples_per_prompt = 1)
        : answer(samples_per_prompt) {}

    Result<void> add(const std::string& json) {
        return answer.add(reader.read(store(json)).value());
    }
    CompletionCollecting& with(const std::string& json) {
        EXPECT_TRUE(add(json).ok()) << json;
        return *this;
    }
    CompletionReply finish() { return std::move(answer).finish(); }

    EventStore store;
    detail::CompletionChunkReader reader;
    CompletionAccumulator answer;
};

CompletionReply collect(const std::string& stream) {
    CompletionCollecting completion;
    for (const std::string& data : data_of(stream)) {
        if (!is_stream_end(data)) completion.with(data);
    }
    return completion.finish();
}

TEST(CompletionAccumulator, CollectsARecordedStream) {
    const CompletionReply reply = collect(recorded("completion_stream.sse"));
    EXPECT_EQ(reply.id, "cmpl-a114e84d6d16e7eb");
    EXPECT_EQ(reply.model, "tiny");
    EXPECT_EQ(reply.created, 1795467498);
    EXPECT_EQ(reply.system_fingerprint, "vllm-0.32.0-c4f7d9cb");
    EXPECT_EQ(reply.text(), "RORORORORORORORO");
    EXPECT_EQ(reply.choices.at(0).finish_reason, FinishReason::length);
    ASSERT_TRUE(reply.usage);
    EXPECT_EQ(reply.usage->total_tokens, 10);
}

TEST(CompletionAccumulator, CollectsPromptsAndSamplesByIndex) {
    const CompletionReply reply = collect(recorded("completion_stream_list_n2.sse"));
    ASSERT_EQ(reply.choices.size(), 4u);
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(reply.choices[i].index, static_cast<std::int64_t>(i));
        EXPECT_FALSE(reply.choices[i].text.empty());
        EXPECT_EQ(reply.choices[i].finish_reason, FinishReason::length);
    }
    EXPECT_EQ(reply.usage->completion_tokens, 12);
}

TEST(CompletionAccumulator, CollectsLogprobsAndTokenIds) {
    const auto event = [](const std::string& token) {
        return R"({"choices":[{"index":0,"text":")" + token + R"(","token_ids":[5],)" +
               R"("prompt_token_ids":[1,2],"logprobs":{"tokens":[")" + token +
               R"("],"token_logprobs":[-9999.0],"top_logprobs":[null],"text_offset":[3]}}]})";
    };
    CompletionCollecting completion;
    completion.with(event("a")).with(text_event("b")).with(event("c"));
    const CompletionReply reply = completion.finish();
    const CompletionChoice& choice = reply.choices.at(0);
    EXPECT_EQ(choice.text, "abc");
    EXPECT_EQ(choice.token_ids, (TokenIds{5, 5}));
    EXPECT_EQ(choice.prompt_token_ids, (TokenIds{1, 2})) << "repeated, not continued";
    ASSERT_TRUE(choice.logprobs);
    EXPECT_EQ(choice.logprobs->tokens, (std::vector<std::string>{"a", "c"}));
    EXPECT_EQ(choice.logprobs->token_logprobs.at(1), -9999.0);
    EXPECT_EQ(choice.logprobs->text_offset.size(), 2u);
}

std::string running(int index, std::int64_t prompt, std::int64_t completion) {
    return R"({"choices":[{"index":)" + std::to_string(index) +
           R"(,"text":"x"}],"usage":{"prompt_tokens":)" + std::to_string(prompt) +
           R"(,"completion_tokens":)" + std::to_string(completion) + R"(,"total_tokens":0}})";
}

TEST(CompletionAccumulator, RunningUsageCountsEachPromptOnce) {
    CompletionCollecting completion(2);
    completion.with(running(0, 5, 1))
        .with(running(1, 5, 1))
        .with(running(2, 7, 2))
        .with(running(3, 7, 3))
        .with(running(0, 5, 4));
    const CompletionReply reply = completion.finish();
    ASSERT_TRUE(reply.usage);
    EXPECT_EQ(reply.usage->prompt_tokens, 12);
    EXPECT_EQ(reply.usage->completion_tokens, 10);
    EXPECT_EQ(reply.usage->total_tokens, 22);
}

TEST(CompletionAccumulator, SumsOfAbsurdCountsStopAtTheLargestNumber) {
    constexpr auto largest = std::numeric_limits<std::int64_t>::max();
    CompletionCollecting completion;
    completion.with(running(0, largest, 1)).with(running(1, largest, 1));
    EXPECT_EQ(completion.finish().usage->total_tokens, largest);
}

TEST(CompletionAccumulator, KnowsWhenAllChoicesHaveFinished) {
    CompletionCollecting completion;
    EXPECT_FALSE(completion.answer.all_finished());
    completion.with(text_event("a", 1)).with(text_event("", 1, R"("stop")"));
    EXPECT_TRUE(completion.answer.all_finished());
}

TEST(FaultC, C3_PrefixOfACutCompletionIsExact) {
    CompletionCollecting completion;
    completion.with(text_event("a", 1)).with(text_event(R"(b\n)", 1));
    EXPECT_EQ(completion.answer.partial_text(), (std::vector<std::string>{"", "ab\n"}));
}

TEST(FaultC, C13_UnreadablePartsOfACompletionAreDecodeErrors) {
    CompletionCollecting completion;
    completion.with(text_event("a"));
    const auto added = completion.add(R"({"choices":[{"text":"b"}],"usage":[]})");
    ASSERT_FALSE(added.ok());
    EXPECT_EQ(added.error().kind, ErrorKind::decode);
    EXPECT_EQ(completion.answer.partial_text(), std::vector<std::string>{"a"});
}

TEST(FaultC, C16_AbsurdIndexesInACompletionAreALimitError) {
    CompletionCollecting completion;
    const auto added = completion.add(R"({"choices":[{"text":"a"},{"index":1e9,"text":"b"}]})");
    ASSERT_FALSE(added.ok());
    EXPECT_EQ(added.error().kind, ErrorKind::limit);
}

}  // namespace
}  // namespace vllm_client::wire
