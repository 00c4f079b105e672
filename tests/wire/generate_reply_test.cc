// SPDX-License-Identifier: Apache-2.0
#include "wire/generate_reply.h"

#include <gtest/gtest.h>

namespace vllm_client::wire {
namespace {

Result<GenerateReply> read(std::string body) {
    pad(body);
    return read_generate_reply(body);
}

// As vLLM 0.32 writes it.
TEST(GenerateReply, ReadsTokens) {
    const auto reply =
        read(R"({"request_id":"generate-tokens-1","model":"tiny","created":5,"usage":{)"
             R"("prompt_tokens":3,"total_tokens":5,"completion_tokens":2,)"
             R"("prompt_tokens_details":null,"completion_tokens_details":null},)"
             R"("prompt_logprobs":null,"prompt_token_id_logprobs":null,"prompt_token_ids":[1,2,3],)"
             R"("mm_placeholders":null,"metrics":null,"kv_transfer_params":null,)"
             R"("ec_transfer_params":null,"output_mode":"tokens","choices":[{"index":0,)"
             R"("finish_reason":"length","stop_reason":null,"token_ids":[5,6],)"
             R"("routed_experts":null,"sampling_mask":null,"weight_versions":null,"logprobs":{)"
             R"("content":[{"token_id":5,"logprob":-0.5,"rank":1,"top_logprobs":[{"token_id":5,)"
             R"("logprob":-0.5,"rank":1},{"token_id":6,"logprob":-9999.0,"rank":null}]}]}}]})")
            .value();
    EXPECT_EQ(reply.id, "generate-tokens-1");
    EXPECT_EQ(reply.model, "tiny");
    EXPECT_EQ(reply.created, 5);
    EXPECT_EQ(reply.usage->completion_tokens, 2);
    EXPECT_EQ(reply.prompt_token_ids, (std::vector<std::int64_t>{1, 2, 3}));
    EXPECT_EQ(reply.finish_reason(), FinishReason::length);
    EXPECT_EQ(reply.choices[0].token_ids, (std::vector<std::int64_t>{5, 6}));
    EXPECT_EQ(reply.token_ids().size(), 2u);
    EXPECT_EQ(reply.text(), "");
    const auto& logprobs = reply.choices[0].logprobs;
    ASSERT_EQ(logprobs.size(), 1u);
    EXPECT_EQ(logprobs[0].token_id, 5);
    EXPECT_EQ(logprobs[0].rank, 1);
    ASSERT_EQ(logprobs[0].top_logprobs.size(), 2u);
    EXPECT_EQ(logprobs[0].top_logprobs[1].logprob, -9999);
    EXPECT_EQ(logprobs[0].top_logprobs[1].rank, std::nullopt);
    EXPECT_TRUE(reply.extra.empty());
    EXPECT_TRUE(reply.choices[0].extra.empty());
}

// As vLLM 0.32 writes it.
TEST(GenerateReply, ReadsText) {
    const auto reply =
        read(R"({"request_id":"generate-tokens-1","model":"tiny","created":5,"usage":null,)"
             R"("output_mode":"text","choices":[{"index":0,"finish_reason":"stop",)"
             R"("stop_reason":"b","token_ids":[5],"routed_experts":null,"sampling_mask":null,)"
             R"("weight_versions":null,"text":"a","logprobs":{"content":[{"token":"a",)"
             R"("logprob":-0.5,"bytes":[97],"top_logprobs":[{"token":"a","logprob":-0.5,)"
             R"("bytes":[97]}]}]}}]})")
            .value();
    EXPECT_EQ(reply.text(), "a");
    EXPECT_EQ(std::get<std::string>(reply.choices[0].stop_reason), "b");
    const auto& token = reply.choices[0].logprobs.at(0);
    EXPECT_EQ(token.token, "a");
    EXPECT_EQ(token.token_id, std::nullopt);
    EXPECT_EQ(token.bytes, (std::vector<std::uint8_t>{97}));
    EXPECT_EQ(token.top_logprobs.at(0).token, "a");
    EXPECT_EQ(reply.usage, std::nullopt);
}

TEST(GenerateReply, HandsOnWhatOthersUnderstand) {
    const auto reply =
        read(
            R"({"choices":[{"index":0,"token_ids":[1],"routed_experts":"AAAA",)"
            R"("sampling_mask":[[1,2],[3]],"weight_versions":[{"start":0}],"stop_reason":7,"x":1}],)"
            R"("prompt_logprobs":[null,{"5":{"logprob":-1}}],"prompt_token_id_logprobs":"BBBB",)"
            R"("mm_placeholders":{"image":[]},"metrics":{"m":1},"kv_transfer_params":{"k":1},)"
            R"("ec_transfer_params":{"e":1},"later":true})")
            .value();
    const GenerateChoice& choice = reply.choices[0];
    EXPECT_EQ(choice.routed_experts, "AAAA");
    EXPECT_EQ(choice.sampling_mask, (std::vector<std::vector<std::int64_t>>{{1, 2}, {3}}));
    EXPECT_EQ(choice.weight_versions.text(), R"([{"start":0}])");
    EXPECT_EQ(std::get<std::int64_t>(choice.stop_reason), 7);
    EXPECT_EQ(choice.extra.text(), R"({"x":1})");
    EXPECT_EQ(reply.prompt_logprobs.text(), R"([null,{"5":{"logprob":-1}}])");
    EXPECT_EQ(reply.prompt_token_id_logprobs, "BBBB");
    EXPECT_EQ(reply.mm_placeholders.text(), R"({"image":[]})");
    EXPECT_EQ(reply.metrics.text(), R"({"m":1})");
    EXPECT_EQ(reply.kv_transfer_params.text(), R"({"k":1})");
    EXPECT_EQ(reply.ec_transfer_params.text(), R"({"e":1})");
    EXPECT_EQ(reply.extra.text(), R"({"later":true})");
}

TEST(GenerateReply, ChoicesAreByIndex) {
    const auto reply = read(R"({"choices":[{"index":1,"token_ids":[2]},{"index":0}]})").value();
    EXPECT_EQ(reply.choices[1].token_ids, (std::vector<std::int64_t>{2}));
    EXPECT_TRUE(reply.token_ids().empty());
}

TEST(GenerateReply, IsNothingWithoutChoices) {
    for (const char* body : {"", "{}", R"({"choices":[]})", R"({"choices":null})", "[]"}) {
        const auto reply = read(body);
        ASSERT_FALSE(reply.ok()) << body;
        EXPECT_EQ(reply.error().kind, ErrorKind::decode) << body;
    }
    EXPECT_EQ(read(R"({"choices":[{"token_ids":["x"]}]})").error().kind, ErrorKind::decode);
    EXPECT_TRUE(GenerateReply().token_ids().empty());
    EXPECT_EQ(GenerateReply().finish_reason(), std::nullopt);
}

}  // namespace
}  // namespace vllm_client::wire
