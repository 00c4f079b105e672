// SPDX-License-Identifier: Apache-2.0
// A real llama.cpp server, where VLLM_CLIENT_CONFORMANCE_LLAMA_URL names one; see llama_cpp.sh.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "conformance/conformance_servers.h"
#include "vllm_client/native_generate.h"

namespace vllm_client::conformance {
namespace {

std::vector<std::string> llama_urls() {
    const char* const url = std::getenv("VLLM_CLIENT_CONFORMANCE_LLAMA_URL");
    return url == nullptr ? std::vector<std::string>() : std::vector<std::string>{url};
}

class LlamaCpp : public ::testing::TestWithParam<std::string> {
 protected:
    LlamaCpp() {
        const auto found = client_.identify();
        EXPECT_TRUE(found.ok());
        if (found) identity_ = *found;
    }
    static ChatRequest hello() { return {.messages = {user("hi")}, .max_tokens = 40}; }

    VllmClient client_ = make_client(GetParam());
    ServerIdentity identity_;
};

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(LlamaCpp);
INSTANTIATE_TEST_SUITE_P(Real, LlamaCpp, ::testing::ValuesIn(llama_urls()),
                         [](const auto&) { return std::string("Server"); });

TEST_P(LlamaCpp, IsIdentified) {
    EXPECT_EQ(identity_.dialect, Dialect::llama_cpp);
    EXPECT_FALSE(identity_.version.empty());
    const auto report = client_.check();
    ASSERT_TRUE(report.ok());
    EXPECT_TRUE(report->ok);
    for (const CheckStep& step : report->steps)
        EXPECT_TRUE(step.ok) << step.name << ": " << step.detail;
}

TEST_P(LlamaCpp, Chats) {
    ChatRequest request = hello();
    request.max_tokens = 5;
    const auto reply = client_.chat(request);
    ASSERT_TRUE(reply.ok()) << reply.error().to_string();
    EXPECT_EQ(reply->usage.value().completion_tokens, 5);
    auto streamed = client_.chat_stream(request).collect();
    ASSERT_TRUE(streamed.ok()) << streamed.error().to_string();
    EXPECT_EQ(streamed->usage.value().completion_tokens, 5);
    EXPECT_EQ(streamed->finish_reason(), FinishReason::length);
}

TEST_P(LlamaCpp, KeepsToChoicesSchemasAndGrammars) {
    ChatRequest request = hello();
    request.structured_outputs.choice = {"yes", "say \"no\"\n"};
    for (int i = 0; i < 4; ++i) {
        const auto reply = client_.chat(request);
        ASSERT_TRUE(reply.ok()) << reply.error().to_string();
        EXPECT_TRUE(reply->text() == "yes" || reply->text() == "say \"no\"\n") << reply->text();
    }
    request.structured_outputs = {.json = R"({"type":"boolean"})"};
    const auto flag = client_.chat(request);
    ASSERT_TRUE(flag.ok());
    EXPECT_TRUE(flag->text() == "true" || flag->text() == "false") << flag->text();
    request.structured_outputs = {.grammar = "root ::= \"abc\""};
    EXPECT_EQ(client_.chat(request).value().text(), "abc");
    CompletionRequest completion{.prompt = "hi", .max_tokens = 20};
    completion.structured_outputs.choice = {"left", "right"};
    const auto chosen = client_.complete(completion);
    ASSERT_TRUE(chosen.ok());
    EXPECT_TRUE(chosen->text() == "left" || chosen->text() == "right") << chosen->text();
}

TEST_P(LlamaCpp, RefusesWhatTheServerWouldIgnore) {
    ChatRequest request = hello();
    request.structured_outputs.regex = "a+";
    EXPECT_EQ(client_.chat(request).error().kind, ErrorKind::unsupported);
    CompletionRequest completion{.prompt = "hi", .max_tokens = 4};
    completion.structured_outputs.json = R"({"type":"boolean"})";
    EXPECT_EQ(client_.complete(completion).error().kind, ErrorKind::unsupported);
}

TEST_P(LlamaCpp, ServerStillIgnoresSchemasOfCompletions) {
    // Once this fails, the rule against them can go.
    const auto reply = client_.raw(
        {.method = HttpMethod::post,
         .path = "/v1/completions",
         .body =
             R"({"prompt":"hi","max_tokens":8,"temperature":0,"json_schema":{"type":"boolean"}})"});
    ASSERT_TRUE(reply.ok());
    EXPECT_NE(reply->body.find("\"finish_reason\":\"length\""), std::string::npos) << reply->body;
}

TEST_P(LlamaCpp, SplitsAndJoinsTokens) {
    const auto tokens = client_.tokenize({.prompt = "hi you", .return_token_strs = true});
    ASSERT_TRUE(tokens.ok()) << tokens.error().to_string();
    EXPECT_GT(tokens->count, 5);
    EXPECT_EQ(tokens->token_strs.size(), tokens->tokens.size());
    const auto text = client_.detokenize({.tokens = tokens->tokens});
    ASSERT_TRUE(text.ok());
    EXPECT_NE(text->prompt.find("hi you"), std::string::npos) << text->prompt;
}

TEST_P(LlamaCpp, ErrorsAreItsOwnWords) {
    CompletionRequest long_one{.prompt = std::string(5000, 'x'), .max_tokens = 4};
    const auto too_long = client_.complete(long_one);
    ASSERT_FALSE(too_long.ok());
    EXPECT_EQ(too_long.error().http_status, 400);
    EXPECT_EQ(too_long.error().server.type, "exceed_context_size_error");
    const auto embedding = client_.embed({.input = std::vector<std::string>{"x"}});
    ASSERT_FALSE(embedding.ok());
    EXPECT_EQ(embedding.error().kind, ErrorKind::unsupported);
}

TEST_P(LlamaCpp, NativeRouteIsReadToo) {
    const auto reply = generate_native(
        client_, {.body = R"({"prompt":"hi","n_predict":4})", .path = "/completion"});
    ASSERT_TRUE(reply.ok()) << reply.error().to_string();
    EXPECT_EQ(reply->completion_tokens, 4);
    EXPECT_EQ(reply->finish_reason, FinishReason::length);
}

}  // namespace
}  // namespace vllm_client::conformance
