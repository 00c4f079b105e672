// SPDX-License-Identifier: Apache-2.0
#include "c_api/chat_reply_text.h"

#include <gtest/gtest.h>

#include "wire/chat_reply.h"
#include "wire/json_reader.h"

namespace vllm_client::c_api {
namespace {

std::string written_again(std::string body) {
    wire::pad(body);
    const auto reply = wire::read_chat_reply(body);
    EXPECT_TRUE(reply) << reply.error().to_string();
    const auto text = write_chat_reply(*reply);
    EXPECT_TRUE(text) << text.error().to_string();
    return *text;
}

TEST(ChatReplyText, IsTheBodyOfAPlainReply) {
    const std::string body =
        R"({"choices":[{"finish_reason":"stop","index":0,)"
        R"("message":{"content":"Hi","role":"assistant"},"stop_reason":151645}],)"
        R"("created":7,"id":"chatcmpl-1","model":"m","object":"chat.completion",)"
        R"("usage":{"completion_tokens":2,"prompt_tokens":3,)"
        R"("prompt_tokens_details":{"cached_tokens":1},"total_tokens":5}})";
    EXPECT_EQ(written_again(body), body);
}

TEST(ChatReplyText, HoldsToolCallsReasoningAndLogprobs) {
    const std::string body =
        R"({"choices":[{"finish_reason":"tool_calls","index":0,"logprobs":{"content":[)"
        R"({"bytes":[72],"logprob":-0.5,"token":"H","top_logprobs":)"
        R"([{"bytes":[72],"logprob":-0.5,"token":"H"}]}]},)"
        R"("message":{"content":"","reasoning":"hm","role":"assistant","tool_calls":[)"
        R"({"function":{"arguments":"{\"a\":1}","name":"f"},"id":"c1","type":"function"}]}}],)"
        R"("created":0,"id":"x","model":"m","object":"chat.completion"})";
    EXPECT_EQ(written_again(body), body);
}

TEST(ChatReplyText, OfNothingIsStillAReply) {
    const auto text = write_chat_reply({});
    ASSERT_TRUE(text);
    EXPECT_EQ(*text, R"({"choices":[],"created":0,"id":"","model":"","object":"chat.completion"})");
}

}  // namespace
}  // namespace vllm_client::c_api
