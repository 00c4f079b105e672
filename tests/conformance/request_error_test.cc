// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/conformance_servers.h"

namespace vllm_client::conformance {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

/// The error of a chat that must fail, the same whether it is plain or streamed.
Error refused(const ChatRequest& request) {
    const Result<ChatReply> plain = generation().chat(request);
    const Result<ChatReply> streamed = generation().chat_stream(request).collect();
    EXPECT_FALSE(plain.ok());
    EXPECT_FALSE(streamed.ok());
    if (plain.ok() || streamed.ok()) return {};
    EXPECT_EQ(streamed.error().kind, ErrorKind::http);
    EXPECT_EQ(streamed.error().http_status, plain.error().http_status);
    EXPECT_EQ(streamed.error().server.type, plain.error().server.type);
    EXPECT_EQ(streamed.error().server.param, plain.error().server.param);
    return plain.error();
}

/// What every refusal by the server has in common.
void expect_refusal(const Error& error, int status, std::string_view type) {
    EXPECT_EQ(error.kind, ErrorKind::http) << error.to_string();
    EXPECT_EQ(error.http_status, status) << error.to_string();
    EXPECT_EQ(error.server.type, type);
    EXPECT_EQ(error.server.code, std::to_string(status));
    EXPECT_THAT(error.server.message, Not(IsEmpty()));
    EXPECT_THAT(error.request_id, Not(IsEmpty()));
    EXPECT_EQ(error.attempts, 1);
    EXPECT_FALSE(error.retryable);
}

TEST(RequestError, UnknownModelIsNotFound) {
    ChatRequest request = short_chat();
    request.model = "no-such-model";
    const Error error = refused(request);
    expect_refusal(error, 404, "NotFoundError");
    EXPECT_EQ(error.server.param, "model");
    EXPECT_THAT(error.server.message, HasSubstr("no-such-model"));
}

TEST(RequestError, UnknownModelOfACompletionIsNotFound) {
    CompletionRequest request = short_completion();
    request.model = "no-such-model";
    const Result<CompletionReply> reply = generation().complete(request);
    ASSERT_FALSE(reply.ok());
    expect_refusal(reply.error(), 404, "NotFoundError");
    EXPECT_EQ(reply.error().server.param, "model");
}

TEST(RequestError, TemperatureOutOfRangeIsNamed) {
    ChatRequest request = short_chat();
    request.temperature = 5.0;
    const Error error = refused(request);
    expect_refusal(error, 400, "BadRequestError");
    EXPECT_THAT(error.server.param, HasSubstr("temperature"));
}

TEST(RequestError, EmptyToolListIsRefused) {
    ChatRequest request = short_chat();
    request.extra = R"({"tools": []})";
    const Error error = refused(request);
    EXPECT_EQ(error.http_status, 400) << error.to_string();
    EXPECT_THAT(error.server.message, HasSubstr("tools"));
}

TEST(RequestError, FieldOfTheWrongTypeIsNamed) {
    ChatRequest request = short_chat();
    request.extra = R"({"n": "many"})";
    const Error error = refused(request);
    expect_refusal(error, 400, "Bad Request");
    EXPECT_EQ(error.server.param, "body.n");
}

TEST(RequestError, TooManyStopStringsAreRefused) {
    ChatRequest request = short_chat();
    request.stop = {"1", "2", "3", "4", "5"};
    EXPECT_EQ(refused(request).http_status, 400);
}

TEST(RequestError, GreedyTwinsAreRefused) {
    ChatRequest request = short_chat();
    request.n = 2;
    EXPECT_EQ(refused(request).http_status, 400);
}

TEST(RequestError, PromptBeyondTheContextNamesItsLength) {
    const std::int64_t context = served_model(generation()).max_model_len.value();
    ChatRequest request = short_chat();
    std::string words;
    for (std::int64_t i = 0; i <= context; ++i)
        words += "sea ";
    request.messages = {user(std::move(words))};
    const Error error = refused(request);
    expect_refusal(error, 400, "BadRequestError");
    EXPECT_THAT(error.server.message,
                HasSubstr("maximum context length is " + std::to_string(context) + " tokens"));
    EXPECT_THAT(error.server.param, StartsWith("input_t"));  // input_tokens or input_text
}

TEST(RequestError, PromptThatFillsTheContextLeavesNoRoom) {
    const std::int64_t context = served_model(generation()).max_model_len.value();
    const Result<CompletionReply> reply =
        generation().complete(short_completion(TokenIds(static_cast<std::size_t>(context), 10)));
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.error().http_status, 400);
}

TEST(RequestError, MaxTokensBeyondTheContextIsClamped) {
    const std::int64_t context = served_model(generation()).max_model_len.value();
    CompletionRequest request =
        short_completion(TokenIds(static_cast<std::size_t>(context - 8), 10));
    request.max_tokens = 64;
    const CompletionReply reply = generation().complete(request).value();
    EXPECT_EQ(reply.choices.at(0).finish_reason, FinishReason::length);
    EXPECT_EQ(reply.usage.value().prompt_tokens, context - 8);
    EXPECT_EQ(reply.usage->completion_tokens, 8);
}

TEST(RequestError, MaxTokensAboveTheWholeContextIsRefused) {
    ChatRequest request = short_chat();
    request.max_tokens = served_model(generation()).max_model_len.value() + 1;
    const Error error = refused(request);
    expect_refusal(error, 400, "BadRequestError");
    EXPECT_THAT(error.server.param, HasSubstr("max"));
}

TEST(RequestError, TroubleAfterTheHeadersComesInTheStream) {
    ChatRequest request = short_chat();
    request.logprobs = true;
    request.top_logprobs = 1000;
    const Result<ChatReply> plain = generation().chat(request);
    ASSERT_FALSE(plain.ok());
    expect_refusal(plain.error(), 400, "BadRequestError");

    ChatStream stream = generation().chat_stream(request);
    const Result<ChatReply> streamed = stream.collect();
    ASSERT_FALSE(streamed.ok());
    const Error& error = streamed.error();
    EXPECT_EQ(error.kind, ErrorKind::stream) << error.to_string();
    EXPECT_EQ(stream.raw().status, 200);
    EXPECT_EQ(error.server.code, "400");
    EXPECT_EQ(error.server.type, plain.error().server.type);
    EXPECT_EQ(error.server.param, plain.error().server.param);
    EXPECT_FALSE(error.retryable);
}

TEST(RequestError, MalformedJsonIsRefusedWithItsPlace) {
    const RawReply reply = generation()
                               .raw({.method = HttpMethod::post,
                                     .path = "/v1/chat/completions",
                                     .body = R"({"messages": )"})
                               .value();
    EXPECT_EQ(reply.status, 400);
    EXPECT_THAT(reply.body, HasSubstr(R"("param":"body.)"));
}

TEST(RequestError, OtherContentTypesAreRefused) {
    const RawReply reply = generation()
                               .raw({.method = HttpMethod::post,
                                     .path = "/v1/chat/completions",
                                     .body = "{}",
                                     .content_type = "text/plain"})
                               .value();
    EXPECT_EQ(reply.status, 400);
    EXPECT_THAT(reply.body, HasSubstr("Unsupported Media Type"));
}

TEST(RequestError, MixedPromptListIsRefused) {
    CompletionRequest request = short_completion();
    request.extra = R"({"prompt": ["text", [1, 2]]})";
    const Result<CompletionReply> reply = generation().complete(request);
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.error().http_status, 400);
}

}  // namespace
}  // namespace vllm_client::conformance
