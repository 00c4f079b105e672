// SPDX-License-Identifier: Apache-2.0
#include "api/generate_family.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "api/fake_client.h"
#include "vllm_client/chat_batch.h"
#include "vllm_client/generate.h"

namespace vllm_client::api {
namespace {

constexpr const char* generate_path = "/inference/v1/generate";

std::string event(const std::string& tokens, const std::string& finish = "null") {
    return R"({"request_id":"g","usage":null,"output_mode":"tokens","choices":[{"index":0,)"
           R"("finish_reason":)" +
           finish + R"(,"stop_reason":null,"token_ids":[)" + tokens + R"(],"logprobs":null}]})";
}

std::vector<std::string> whole_stream() {
    const std::string usage = R"({"request_id":"g","usage":{"prompt_tokens":3,"total_tokens":7,)"
                              R"("completion_tokens":4},"output_mode":"tokens","choices":[]})";
    return {event("5"), event("6,7"), event("8", R"("length")"), usage, "[DONE]"};
}

TEST(GenerateCall, SendsAndReadsBothWays) {
    const FakeClient f;
    f.fake->reply(generate_path,
                  {.body = R"({"request_id":"g","choices":[{"index":0,"token_ids":[4],)"
                           R"("finish_reason":"length"}],"usage":{"prompt_tokens":1,)"
                           R"("completion_tokens":1,"total_tokens":2}})"});
    const GenerateRequest request{
        .token_ids = {1}, .sampling_params = {.max_tokens = 1}, .model = "m", .request_id = "r"};
    const auto reply = f.client.generate(request).value();
    EXPECT_EQ(reply.token_ids()[0], 4);
    EXPECT_EQ(reply.raw.status, 200);
    EXPECT_EQ(f.client.generate_async(request).get().value().id, "g");
    EXPECT_EQ(
        f.fake->requests().at(0).body,
        R"({"model":"m","request_id":"r","sampling_params":{"max_tokens":1},"token_ids":[1]})");
    EXPECT_EQ(f.fake->requests().at(0).request_id, "r");
    EXPECT_EQ(f.client.generate({}).error().kind, ErrorKind::config);
}

TEST(GenerateCall, AServerThatDoesNotOfferItSaysSo) {
    const FakeClient f;
    f.fake->reply(
        generate_path,
        {.status = 403, .body = testing::error_reply_json(403, "endpoints are disabled")});
    EXPECT_EQ(f.client.generate({.token_ids = {1}}).error().http_status, 403);
}

TEST(GenerateStreaming, GivesTokensAsTheyCome) {
    const FakeClient f;
    f.fake->stream(generate_path, whole_stream());
    std::vector<std::int64_t> tokens;
    for (const auto& delta : f.client.generate_stream({.token_ids = {1, 2, 3}}))
        tokens.insert(tokens.end(), delta.token_ids().begin(), delta.token_ids().end());
    EXPECT_EQ(tokens, (std::vector<std::int64_t>{5, 6, 7, 8}));
    EXPECT_EQ(f.fake->requests().at(0).body,
              R"({"sampling_params":{},"stream":true,"stream_options":{"include_usage":true},)"
              R"("token_ids":[1,2,3]})");
    EXPECT_TRUE(f.fake->requests().at(0).stream);
}

TEST(GenerateStreaming, CollectsTheWholeAnswer) {
    const FakeClient f;
    f.fake->stream(generate_path, whole_stream());
    const auto reply = f.client.generate_stream({.token_ids = {1, 2, 3}}).collect().value();
    EXPECT_EQ(reply.choices.at(0).token_ids, (std::vector<std::int64_t>{5, 6, 7, 8}));
    EXPECT_EQ(reply.finish_reason(), FinishReason::length);
    EXPECT_EQ(reply.usage->completion_tokens, 4);
    EXPECT_FALSE(reply.end_marker_missing);
    EXPECT_GT(reply.timing.first_token.count(), 0);
}

TEST(GenerateStreaming, ACutAnswerIsAnError) {
    const FakeClient f;
    f.fake->stream(generate_path, std::vector<std::string>{event("5")});
    const auto reply = f.client.generate_stream({.token_ids = {1}}).collect();
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.error().kind, ErrorKind::stream);
}

TEST(GenerateStreaming, AMissingEndMarkerIsNoted) {
    const FakeClient f;
    f.fake->stream(generate_path, std::vector<std::string>{event("5", R"("stop")")});
    const auto reply = f.client.generate_stream({.token_ids = {1}}).collect().value();
    EXPECT_TRUE(reply.end_marker_missing);
}

TEST(GenerateStreaming, WhatCannotBeWrittenIsNeverSent) {
    const FakeClient f;
    auto stream = f.client.generate_stream({});
    EXPECT_EQ(stream.next().error().kind, ErrorKind::config);
    EXPECT_TRUE(f.fake->requests().empty());
}

TEST(ChatBatchCall, SendsAndReadsBothWays) {
    ClientOptions options;
    options.model = "m";
    const FakeClient f(std::move(options));
    f.fake->reply("/v1/chat/completions/batch",
                  {.body = R"({"choices":[{"index":1,"message":{"content":"b"}},{"index":0,)"
                           R"("message":{"content":"a"}}]})"});
    const ChatBatchRequest request{.conversations = {{user("x")}, {user("y")}},
                                   .settings = {.request_id = "r"}};
    const auto reply = f.client.chat_batch(request).value();
    EXPECT_EQ(reply.choices.at(0).message.content, "a");
    EXPECT_EQ(reply.choices.at(1).message.content, "b");
    EXPECT_EQ(f.client.chat_batch_async(request).get().value().choices.size(), 2u);
    const auto sent = f.fake->requests();
    EXPECT_EQ(sent.at(0).request_id, "r");
    EXPECT_EQ(sent.at(0).body, R"({"messages":[[{"content":"x","role":"user"}],[{"content":"y",)"
                               R"("role":"user"}]],"model":"m","request_id":"r"})");
}

TEST(ChatBatchCall, RefusesWhatCannotBeBatched) {
    const FakeClient f;
    EXPECT_EQ(f.client.chat_batch({}).error().kind, ErrorKind::config);
    EXPECT_EQ(
        f.client.chat_batch({.conversations = {{user("x")}}, .settings = {.n = 2}}).error().kind,
        ErrorKind::config);
    EXPECT_TRUE(f.fake->requests().empty());
}

TEST(TokenizerInfoCall, ReadsBothWays) {
    const FakeClient f;
    f.fake->reply("/tokenizer_info", {.body = R"({"tokenizer_class":"T","bos_token":"<s>"})"});
    const auto tokenizer = f.client.tokenizer_info().value();
    EXPECT_EQ(tokenizer.tokenizer_class, "T");
    EXPECT_EQ(tokenizer.raw.status, 200);
    EXPECT_EQ(f.client.tokenizer_info_async().get().value().info.text(),
              R"({"tokenizer_class":"T","bos_token":"<s>"})");
    EXPECT_EQ(f.fake->requests().at(0).method, HttpMethod::get);
}

}  // namespace
}  // namespace vllm_client::api
