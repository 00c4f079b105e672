// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/conformance_servers.h"

namespace vllm_client::conformance {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

TEST(Tokens, GiveTheTextBack) {
    for (const std::string text :
         {"The sea is deep.", "  two  spaces\n\tand a tab\n", "Größe, naïve, œuvre", "深い海は青い",
          "🌊🚢 a wave", "{\"json\": [1, 2.5, null]}"}) {
        const TokenizeReply tokens =
            generation().tokenize({.prompt = text, .add_special_tokens = false}).value();
        EXPECT_EQ(generation().detokenize({.tokens = tokens.tokens}).value().prompt, text);
    }
}

TEST(Tokens, CountIsTheNumberOfTokens) {
    const TokenizeReply reply = generation().tokenize({.prompt = "The sea is deep."}).value();
    EXPECT_GT(reply.count, 0);
    EXPECT_THAT(reply.tokens, SizeIs(reply.count));
    EXPECT_THAT(reply.token_strs, IsEmpty());
    EXPECT_EQ(reply.max_model_len, served_model(generation()).max_model_len);
}

TEST(Tokens, TextsOfTokensComeIfAskedFor) {
    const TokenizeReply reply =
        generation().tokenize({.prompt = "The sea is deep.", .return_token_strs = true}).value();
    EXPECT_THAT(reply.token_strs, SizeIs(reply.count));
    EXPECT_THAT(reply.token_strs, ::testing::Each(Not(IsEmpty())));
}

TEST(Tokens, ConversationHasTheTokensOfItsPrompt) {
    ChatRequest request = short_chat();
    request.messages = {system_message("You are a sailor."), user("Hello")};
    request.return_token_ids = true;
    const TokenizeReply tokens = generation().tokenize({.messages = request.messages}).value();
    EXPECT_EQ(tokens.tokens, generation().chat(request).value().prompt_token_ids);
}

TEST(Tokens, UnknownModelIsNotFound) {
    const Result<TokenizeReply> reply =
        generation().tokenize({.prompt = "text", .model = "no-such-model"});
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.error().http_status, 404);
}

}  // namespace
}  // namespace vllm_client::conformance
