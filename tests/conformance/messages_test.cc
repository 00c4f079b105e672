// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/messages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/conformance_servers.h"
#include "vllm_client/json.h"

namespace vllm_client::conformance {
namespace {

using ::testing::AnyOf;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

Messages messages() {
    return generation().messages();
}

MessagesRequest short_message() {
    return {.messages = {anthropic_user("Tell me about the sea.")},
            .max_tokens = answer_tokens,
            .model = served_model(generation()).id,
            .temperature = 0.0};
}

MessagesRequest weather_message() {
    MessagesRequest request = short_message();
    request.max_tokens = 60;
    request.tools = {{.name = "get_weather", .input_schema = R"({
        "type": "object",
        "properties": {"unit": {"enum": ["c", "f"]}},
        "required": ["unit"],
        "additionalProperties": false
    })"}};
    request.tool_choice = {.kind = AnthropicToolChoice::Kind::any,
                           .disable_parallel_tool_use = true};
    return request;
}

TEST(MessagesRoute, TheAnswerIsTextAndCounted) {
    const MessagesReply reply = messages().create(short_message()).value();
    EXPECT_EQ(reply.role, "assistant");
    EXPECT_THAT(reply.text(), Not(IsEmpty()));
    EXPECT_THAT(reply.stop_reason, AnyOf(MessagesStop::max_tokens, MessagesStop::end_turn));
    EXPECT_LE(reply.usage.completion_tokens, answer_tokens);
    EXPECT_TRUE(reply.extra.empty()) << reply.extra.text();
    EXPECT_EQ(messages().count_tokens(short_message()).value().input_tokens,
              reply.usage.prompt_tokens);
}

TEST(MessagesRoute, TheStreamSaysTheSame) {
    const MessagesReply plain = messages().create(short_message()).value();
    auto stream = messages().create_stream(short_message());
    std::string text;
    for (const MessagesEvent& event : stream) {
        EXPECT_NE(event.kind, MessagesEvent::Kind::unknown) << event.type;
        text += event.text();
    }
    const MessagesReply reply = stream.collect().value();
    EXPECT_EQ(text, plain.text());
    EXPECT_EQ(reply.text(), plain.text());
    EXPECT_EQ(reply.stop_reason, plain.stop_reason);
    EXPECT_EQ(reply.usage.prompt_tokens, plain.usage.prompt_tokens);
    EXPECT_EQ(reply.usage.completion_tokens, plain.usage.completion_tokens);
}

TEST(MessagesRoute, ARequiredToolIsUsedAndItsResultTaken) {
    const MessagesReply reply = messages().create(weather_message()).value();
    EXPECT_EQ(reply.stop_reason, MessagesStop::tool_use);
    ASSERT_THAT(reply.content, SizeIs(1));
    EXPECT_EQ(reply.content[0].name, "get_weather");
    EXPECT_THAT(to_json(reply.content[0].input).value().at("unit"), AnyOf("c", "f"));
    MessagesRequest next = weather_message();
    next.tool_choice = {};
    next.max_tokens = 2;
    next.messages.push_back(anthropic_assistant(reply.content));
    next.messages.push_back(
        anthropic_user(std::vector{tool_result_block(reply.content[0].id, "22")}));
    const auto answer = messages().create(next);
    EXPECT_TRUE(answer.ok()) << answer.error().to_string();
}

TEST(MessagesRoute, ARequiredToolStreamsItsInput) {
    auto stream = messages().create_stream(weather_message());
    std::string input;
    for (const MessagesEvent& event : stream) {
        if (event.piece == MessagesEvent::Piece::input_json) input += event.delta;
    }
    const MessagesReply reply = stream.collect().value();
    ASSERT_THAT(reply.content, SizeIs(1));
    EXPECT_EQ(reply.content[0].input.text(), input);
    EXPECT_EQ(reply.stop_reason, MessagesStop::tool_use);
}

TEST(MessagesRoute, AnUnknownModelIsToldBeforeTheStream) {
    MessagesRequest request = short_message();
    request.model = "absent";
    const auto error = messages().create_stream(request).collect().error();
    EXPECT_EQ(error.kind, ErrorKind::http);
    EXPECT_EQ(error.http_status, 404);
    EXPECT_THAT(error.server.message, Not(IsEmpty()));
}

}  // namespace
}  // namespace vllm_client::conformance
