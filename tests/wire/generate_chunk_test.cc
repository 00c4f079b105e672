// SPDX-License-Identifier: Apache-2.0
#include "wire/generate_chunk.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "wire/chunk_input.h"
#include "wire/generate_accumulator.h"

namespace vllm_client::wire {
namespace {

using detail::GenerateChunkReader;

// As vLLM 0.32 writes them.
constexpr std::string_view first_event =
    R"({"request_id":"generate-tokens-1","usage":null,"prompt_token_ids":[1,2,3],)"
    R"("output_mode":"tokens","choices":[{"index":0,"finish_reason":null,"stop_reason":null,)"
    R"("token_ids":[5],"routed_experts":null,"sampling_mask":null,"weight_versions":null,)"
    R"("logprobs":{"content":[{"token_id":5,"logprob":-0.5,"rank":1,"top_logprobs":[]}]}}]})";
constexpr std::string_view plain_event =
    R"({"request_id":"generate-tokens-1","usage":null,"output_mode":"tokens","choices":[{)"
    R"("index":0,"finish_reason":null,"stop_reason":null,"token_ids":[6,7],)"
    R"("routed_experts":null,"sampling_mask":null,"weight_versions":null,"logprobs":null}]})";
constexpr std::string_view last_event =
    R"({"request_id":"generate-tokens-1","usage":null,"output_mode":"tokens","choices":[{)"
    R"("index":0,"finish_reason":"stop","stop_reason":8,"token_ids":[8],"routed_experts":null,)"
    R"("sampling_mask":null,"weight_versions":null,"logprobs":null}]})";
constexpr std::string_view usage_event =
    R"({"request_id":"generate-tokens-1","usage":{"prompt_tokens":3,"total_tokens":7,)"
    R"("completion_tokens":4},"output_mode":"tokens","choices":[]})";

/// A reader and what an accumulator makes of the events it reads.
class Reading {
 public:
    Result<GenerateDelta> read(std::string_view json) {
        return reader.read(store(std::string(json)));
    }
    void add(std::string_view json) {
        const auto delta = read(json);
        ASSERT_TRUE(delta.ok()) << delta.error().message;
        ASSERT_TRUE(answer.add(*delta).ok());
    }

    EventStore store;
    GenerateChunkReader reader;
    GenerateAccumulator answer;
};

std::vector<std::int64_t> ids(std::span<const std::int64_t> from) {
    return {from.begin(), from.end()};
}

TEST(GenerateChunk, ReadsTokensIndexAndFinishReason) {
    Reading generate;
    const auto plain = generate.read(plain_event).value();
    EXPECT_EQ(ids(plain.token_ids()), (std::vector<std::int64_t>{6, 7}));
    EXPECT_EQ(plain.text(), "");
    EXPECT_EQ(plain.index(), 0);
    EXPECT_EQ(plain.finish_reason(), std::nullopt);
    EXPECT_TRUE(plain.has_content());
    EXPECT_TRUE(GenerateChunkReader::is_plain(plain));
    const auto last = generate.read(last_event).value();
    EXPECT_EQ(last.finish_reason(), FinishReason::stop);
    EXPECT_FALSE(GenerateChunkReader::is_plain(last));
    const auto usage = generate.read(usage_event).value();
    EXPECT_TRUE(usage.has_usage());
    EXPECT_FALSE(usage.has_content());
    EXPECT_EQ(usage.choice_count(), 0u);
}

TEST(GenerateChunk, ReadsTextAndMendsCutCharacters) {
    Reading generate;
    const auto event = [](const std::string& text) {
        return R"({"choices":[{"index":0,"token_ids":[1],"text":")" + text + "\"}]}";
    };
    EXPECT_EQ(generate.read(event("é"))->text(), "é");
    EXPECT_EQ(generate.read(event(R"(\n)"))->text(), "\n");
    EXPECT_EQ(generate.read(event(R"(a\ud83d)"))->text(), "a");
    const auto mended = generate.read(event(R"(\ude00)")).value();
    EXPECT_EQ(mended.text(), "\U0001F600");
    EXPECT_EQ(mended.chunk().text(), "\U0001F600");
}

TEST(GenerateChunk, WholeChunkHasAllFields) {
    Reading generate;
    const auto delta = generate.read(first_event).value();
    EXPECT_FALSE(GenerateChunkReader::is_plain(delta));
    const GenerateReply& chunk = delta.chunk();
    EXPECT_EQ(chunk.id, "generate-tokens-1");
    EXPECT_EQ(chunk.prompt_token_ids, (std::vector<std::int64_t>{1, 2, 3}));
    EXPECT_EQ(chunk.choices.at(0).logprobs.at(0).token_id, 5);
    EXPECT_EQ(delta.json(), first_event);
}

TEST(GenerateChunk, AnErrorEventIsAStreamError) {
    Reading generate;
    const auto delta = generate.read(
        R"({"error": {"message": "engine died", "type": "InternalServerError", "code": 500}})");
    ASSERT_FALSE(delta.ok());
    EXPECT_EQ(delta.error().kind, ErrorKind::stream);
    EXPECT_EQ(delta.error().http_status, 500);
}

TEST(GenerateChunk, WhatIsNoChunkIsAnError) {
    Reading generate;
    EXPECT_EQ(generate.read("[]").error().kind, ErrorKind::decode);
    EXPECT_EQ(generate.read(R"({"choices":[{"token_ids":[1})").error().kind, ErrorKind::decode);
    EXPECT_EQ(generate.read(R"({"choices":[{"token_ids":["a"]}]})").error().kind,
              ErrorKind::decode);
    EXPECT_EQ(generate.read(R"({"choices":[{"index":100000}]})").error().kind, ErrorKind::limit);
    EXPECT_EQ(generate.read(R"({"choices":[{"index":-1}]})").error().kind, ErrorKind::limit);
}

TEST(GenerateAccumulator, CollectsAWholeAnswer) {
    Reading generate;
    generate.add(first_event);
    generate.add(plain_event);
    generate.add(plain_event);
    EXPECT_FALSE(generate.answer.all_finished());
    generate.add(last_event);
    generate.add(usage_event);
    EXPECT_TRUE(generate.answer.all_finished());
    EXPECT_EQ(generate.answer.usage()->completion_tokens, 4);
    const GenerateReply reply = std::move(generate.answer).finish();
    EXPECT_EQ(reply.id, "generate-tokens-1");
    EXPECT_EQ(ids(reply.token_ids()), (std::vector<std::int64_t>{5, 6, 7, 6, 7, 8}));
    EXPECT_EQ(reply.choices[0].logprobs.size(), 1u);
    EXPECT_EQ(std::get<std::int64_t>(reply.choices[0].stop_reason), 8);
    EXPECT_EQ(reply.prompt_token_ids.size(), 3u);
    EXPECT_EQ(reply.usage->total_tokens, 7);
}

TEST(GenerateAccumulator, SortsInterleavedChoices) {
    Reading generate;
    const auto event = [](int index, const std::string& more) {
        return R"({"choices":[{"index":)" + std::to_string(index) + more + "}]}";
    };
    generate.add(event(1, R"(,"token_ids":[1],"text":"a","sampling_mask":[[1]])"));
    generate.add(event(0, R"(,"token_ids":[2],"text":"b")"));
    generate.add(event(1, R"(,"token_ids":[3],"text":"c","sampling_mask":[[3]])"));
    EXPECT_EQ(generate.answer.partial_text(), (std::vector<std::string>{"b", "ac"}));
    generate.add(
        event(1, R"(,"finish_reason":"length","routed_experts":"A","weight_versions":[1])"));
    EXPECT_FALSE(generate.answer.all_finished());
    generate.add(event(0, R"(,"finish_reason":"abort")"));
    EXPECT_TRUE(generate.answer.all_finished());
    const GenerateReply reply = std::move(generate.answer).finish();
    ASSERT_EQ(reply.choices.size(), 2u);
    EXPECT_EQ(reply.choices[0].text, "b");
    EXPECT_EQ(reply.choices[0].finish_reason, FinishReason::abort);
    EXPECT_EQ(reply.choices[1].token_ids, (std::vector<std::int64_t>{1, 3}));
    EXPECT_EQ(reply.choices[1].sampling_mask, (std::vector<std::vector<std::int64_t>>{{1}, {3}}));
    EXPECT_EQ(reply.choices[1].routed_experts, "A");
    EXPECT_EQ(reply.choices[1].weight_versions.text(), "[1]");
}

TEST(GenerateAccumulator, SumsRunningUsageOfOnePrompt) {
    Reading generate;
    generate.answer = GenerateAccumulator(2);
    const auto event = [](int index, int tokens) {
        return R"({"choices":[{"index":)" + std::to_string(index) +
               R"(,"token_ids":[1]}],"usage":{"prompt_tokens":3,"completion_tokens":)" +
               std::to_string(tokens) + R"(,"total_tokens":9}})";
    };
    generate.add(event(0, 1));
    generate.add(event(1, 1));
    generate.add(event(0, 2));
    EXPECT_EQ(generate.answer.usage()->prompt_tokens, 3);
    EXPECT_EQ(generate.answer.usage()->completion_tokens, 3);
}

TEST(GenerateAccumulator, APartThatCannotBeReadIsAnError) {
    Reading generate;
    const auto delta =
        generate.read(R"({"choices":[{"index":0,"token_ids":[1],"logprobs":[1]}]})").value();
    const auto added = generate.answer.add(delta);
    ASSERT_FALSE(added.ok());
    EXPECT_EQ(added.error().kind, ErrorKind::decode);
}

}  // namespace
}  // namespace vllm_client::wire
