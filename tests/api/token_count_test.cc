// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/token_count.h"

#include <gtest/gtest.h>

#include "api/fake_client.h"
#include "api/tool_reply.h"

namespace vllm_client::api {
namespace {

constexpr const char* tokenize_path = "/tokenize";

TEST(TokenCount, CountsTheWholePromptOfAChat) {
    const FakeClient client;
    client.fake->reply(tokenize_path,
                       {.body = R"({"count":3,"max_model_len":1024,"tokens":[1,2,3]})"});
    ChatRequest request = ask("hello");
    request.tools = {{.name = "f"}};
    request.chat_template_kwargs = R"({"enable_thinking":false})";
    const auto count = count_tokens(client.client, request).value();
    EXPECT_EQ(count.tokens, 3);
    EXPECT_EQ(count.max_model_len, 1024);
    EXPECT_FALSE(count.estimated);
    EXPECT_EQ(count_tokens_async(client.client, request).get()->tokens, 3);
    const auto body = sent(client.fake->requests().at(1));
    EXPECT_EQ(body["messages"][0]["content"], "hello");
    EXPECT_EQ(body["tools"].size(), 1U);
    EXPECT_EQ(body["chat_template_kwargs"]["enable_thinking"], false);
}

TEST(TokenCount, IsEstimatedWhereTheServerCannotCount) {
    const FakeClient client;
    client.fake->reply(tokenize_path, {.status = 404, .body = R"({"detail":"Not Found"})"});
    const auto count = count_tokens(client.client, ask("hello")).value();
    EXPECT_TRUE(count.estimated);
    EXPECT_EQ(count.tokens, estimate_tokens(ask("hello")));
    EXPECT_FALSE(count.max_model_len);
    EXPECT_TRUE(count_tokens_async(client.client, ask("hello")).get()->estimated);
}

TEST(TokenCount, OtherTroubleIsAnError) {
    const FakeClient client;
    client.fake->reply(tokenize_path,
                       {.status = 400, .body = testing::error_reply_json(400, "no template")});
    EXPECT_EQ(count_tokens(client.client, ask("a")).error().http_status, 400);
    EXPECT_EQ(count_tokens(client.client, {}).error().kind, ErrorKind::config);
    EXPECT_EQ(count_tokens_async(client.client, {}).get().error().kind, ErrorKind::config);
}

TEST(EstimateTokens, FollowsItsFormula) {
    EXPECT_EQ(estimate_tokens({}), 3);
    EXPECT_EQ(estimate_tokens(ask("")), 7);
    EXPECT_EQ(estimate_tokens(ask("1234567")), 9);
    EXPECT_EQ(estimate_tokens(ask("12345678")), 10);
    ChatRequest request;
    request.messages = {
        user({text_part("1234567"), image_url("data:image/png;base64,AAAAAAAAAAA")}),
        {.role = "assistant",
         .tool_calls = {{.name = "f", .arguments = "{...}"}},
         .reasoning = "r"}};
    EXPECT_EQ(estimate_tokens(request), 3 + (4 + 2 + 1024) + (4 + 2));
    request.messages.clear();
    request.tools = {{.name = "f", .description = "1234", .parameters = "{}"}};
    EXPECT_EQ(estimate_tokens(request), 3 + 48 + 8 + 2);
}

}  // namespace
}  // namespace vllm_client::api
