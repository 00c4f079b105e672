// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "wire/chat_reply.h"
#include "wire/full_requests.h"
#include "wire/generation_request.h"
#include "wire/json_reader.h"
#include "wire/protocol.h"

namespace vllm_client::wire {
namespace {

Result<ChatReply> read(std::string body, std::size_t conversations) {
    pad(body);
    return read_chat_batch_reply(body, conversations);
}

std::string problem_of(const ChatBatchRequest& request) {
    return write_chat_batch_request(request).error().message;
}

TEST(ChatBatchRequest, WritesConversationsWithOneSetOfSettings) {
    EXPECT_EQ(
        write_chat_batch_request({.conversations = {{system_message("s"), user("a")}, {user("b")}},
                                  .settings = {.model = "m",
                                               .max_tokens = 3,
                                               .n = 1,
                                               .tool_choice = {ToolChoice::Kind::none},
                                               .extra = R"({"top_a":1})"}})
            .value(),
        R"({"max_completion_tokens":3,"messages":[[{"content":"s","role":"system"},)"
        R"({"content":"a","role":"user"}],[{"content":"b","role":"user"}]],"model":"m","n":1,)"
        R"("tool_choice":"none","top_a":1})");
}

TEST(ChatBatchRequest, HasEveryFieldOfTheRoute) {
    ChatBatchRequest request{.conversations = {{user("a")}}, .settings = full_chat()};
    ChatRequest& settings = request.settings;
    settings.messages.clear();
    settings.tools.clear();
    settings.tool_choice = {ToolChoice::Kind::none};
    settings.n = 1;
    settings.use_beam_search = false;
    const auto json = nlohmann::ordered_json::parse(write_chat_batch_request(request).value());
    const std::vector<std::string> older_name{"max_tokens"};  // of max_completion_tokens
    EXPECT_EQ(absent_fields("chat_batch", json), older_name);
}

TEST(ChatBatchRequest, RefusesWhatTheRouteCannotDo) {
    const std::vector<std::vector<Message>> one{{user("a")}};
    EXPECT_EQ(problem_of({}), "conversations is empty");
    EXPECT_EQ(problem_of({.conversations = {{user("a")}, {}}}), "conversations[1] is empty");
    EXPECT_EQ(problem_of({.conversations = one, .settings = {.messages = {user("b")}}}),
              "settings.messages belong into conversations");
    EXPECT_EQ(problem_of({.conversations = one, .settings = {.n = 2}}),
              "settings.n must be 1 in a batch");
    EXPECT_EQ(problem_of({.conversations = one, .settings = {.tools = {{.name = "f"}}}}),
              "settings.tools cannot be used in a batch");
    EXPECT_EQ(problem_of({.conversations = one, .settings = {.extra = R"({"tools":[]})"}}),
              "settings.tools cannot be used in a batch");
    EXPECT_EQ(problem_of({.conversations = one,
                          .settings = {.tool_choice = {ToolChoice::Kind::required}}}),
              "settings.tool_choice cannot be used in a batch");
    EXPECT_EQ(problem_of({.conversations = one, .settings = {.use_beam_search = true}}),
              "settings.use_beam_search cannot be used in a batch");
    EXPECT_EQ(problem_of({.conversations = one, .settings = {.extra = R"({"stream":true})"}}),
              "extra.stream is set by the form of the call");
}

// As a real server answered.
TEST(ChatBatchReply, HasAChoiceForEachConversation) {
    const auto reply =
        read(R"({"id":"chatcmpl-a1e954efa0528c01","object":"chat.completion","created":1795490137,)"
             R"("model":"tiny","choices":[{"index":0,"message":{"role":"assistant",)"
             R"("content":"SetexecutorATIN","refusal":null,"annotations":null,"audio":null,)"
             R"("function_call":null,"reasoning":null},"logprobs":null,"finish_reason":"length",)"
             R"("stop_reason":null,"token_ids":null,"routed_experts":null},{"index":1,"message":{)"
             R"("role":"assistant","content":"mb message archive","refusal":null,)"
             R"("annotations":null,"audio":null,"function_call":null,"reasoning":null},)"
             R"("logprobs":null,"finish_reason":"length","stop_reason":null,"token_ids":null,)"
             R"("routed_experts":null}],"service_tier":null,"system_fingerprint":)"
             R"("vllm-0.32.0-a6b8b08f","usage":{"prompt_tokens":9,"total_tokens":15,)"
             R"("completion_tokens":6,"prompt_tokens_details":null,)"
             R"("completion_tokens_details":null},"prompt_logprobs":null,"prompt_token_ids":null,)"
             R"("prompt_text":null,"kv_transfer_params":null,"ec_transfer_params":null,)"
             R"("metrics":null})",
             2)
            .value();
    ASSERT_EQ(reply.choices.size(), 2u);
    EXPECT_EQ(reply.choices[0].message.content, "SetexecutorATIN");
    EXPECT_EQ(reply.choices[1].message.content, "mb message archive");
    EXPECT_EQ(reply.usage->completion_tokens, 6);
}

TEST(ChatBatchReply, ChoicesMayComeInAnyOrder) {
    const auto reply = read(R"({"choices":[{"index":1,"message":{"content":"b"}},)"
                            R"({"index":0,"message":{"content":"a"}}]})",
                            2);
    EXPECT_EQ(reply->choices[0].message.content, "a");
    EXPECT_EQ(reply->choices[1].message.content, "b");
}

TEST(ChatBatchReply, AMissingConversationIsAnError) {
    const auto problem = [](const std::string& body, std::size_t conversations) {
        const auto reply = read(body, conversations);
        EXPECT_FALSE(reply.ok());
        return reply.ok() ? std::string() : reply.error().message;
    };
    EXPECT_EQ(problem(R"({"choices":[{"index":0,"message":{}}]})", 2),
              "cannot read the chat reply at choices[1]: missing");
    EXPECT_EQ(problem(R"({"choices":[{"index":0,"message":{}},{"index":0,"message":{}}]})", 2),
              "cannot read the chat reply at choices[1]: its index 0 came twice");
    EXPECT_EQ(problem(R"({"choices":[{"index":2,"message":{}}]})", 2),
              "cannot read the chat reply at choices[0]: its index 2 was not asked for");
}

}  // namespace
}  // namespace vllm_client::wire
