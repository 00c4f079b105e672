// SPDX-License-Identifier: Apache-2.0
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

constexpr const char* unit_schema = R"({
    "type": "object",
    "properties": {"unit": {"enum": ["c", "f"]}},
    "required": ["unit"],
    "additionalProperties": false
})";

ChatRequest weather_chat(ToolChoice choice) {
    ChatRequest request = short_chat();
    request.ignore_eos.reset();
    request.max_tokens = 60;
    request.tools = {{.name = "get_weather", .parameters = unit_schema}};
    request.tool_choice = std::move(choice);
    request.parallel_tool_calls = false;
    return request;
}

/// The arguments of the only call in `reply`.
nlohmann::json only_arguments(const ChatReply& reply) {
    const std::vector<ToolCall>& calls = reply.choices.at(0).message.tool_calls;
    EXPECT_THAT(calls, SizeIs(1));
    const ToolCall& call = calls.at(0);
    EXPECT_EQ(call.name, "get_weather");
    EXPECT_THAT(call.id, Not(IsEmpty()));
    EXPECT_TRUE(call.complete);
    return to_json(call.arguments).value();
}

TEST(ChatTools, RequiredToolIsCalledWithJsonArguments) {
    const ChatReply reply =
        generation().chat(weather_chat({.kind = ToolChoice::Kind::required})).value();
    EXPECT_EQ(reply.finish_reason(), FinishReason::tool_calls);
    EXPECT_THAT(only_arguments(reply).at("unit"), AnyOf("c", "f"));
}

TEST(ChatTools, RequiredToolStreamsTheSameArguments) {
    const ChatRequest request = weather_chat({.kind = ToolChoice::Kind::required});
    const ChatReply plain = generation().chat(request).value();
    const ChatReply streamed = generation().chat_stream(request).collect().value();
    EXPECT_EQ(streamed.finish_reason(), FinishReason::tool_calls);
    EXPECT_EQ(only_arguments(streamed), only_arguments(plain));
}

TEST(ChatTools, NamedToolIsCalledAndReportsStop) {
    const ToolChoice choice{.kind = ToolChoice::Kind::function, .name = "get_weather"};
    const ChatReply plain = generation().chat(weather_chat(choice)).value();
    EXPECT_EQ(plain.finish_reason(), FinishReason::stop);
    EXPECT_THAT(only_arguments(plain).at("unit"), AnyOf("c", "f"));
    const ChatReply streamed = generation().chat_stream(weather_chat(choice)).collect().value();
    EXPECT_EQ(only_arguments(streamed), only_arguments(plain));
}

TEST(ChatTools, FragmentsOfACallNameItOnce) {
    int names = 0;
    int ids = 0;
    std::string arguments;
    ChatStream stream =
        generation().chat_stream(weather_chat({.kind = ToolChoice::Kind::required}));
    for (const ChatDelta& delta : stream) {
        if (!delta.has_tool_calls()) continue;
        for (const ToolCallDelta& part : delta.tool_calls()) {
            EXPECT_EQ(part.index, 0);
            names += part.name.empty() ? 0 : 1;
            ids += part.id.empty() ? 0 : 1;
            arguments += part.arguments;
        }
    }
    EXPECT_EQ(names, 1);
    EXPECT_EQ(ids, 1);
    EXPECT_EQ(to_json(arguments).value(), only_arguments(stream.collect().value()));
}

TEST(ChatTools, NoneForbidsCalls) {
    ChatRequest request = weather_chat({.kind = ToolChoice::Kind::none});
    request.ignore_eos = true;
    const ChatReply reply = generation().chat(request).value();
    EXPECT_THAT(reply.choices.at(0).message.tool_calls, IsEmpty());
    EXPECT_EQ(reply.finish_reason(), FinishReason::length);
    EXPECT_EQ(reply.usage.value().completion_tokens, 60);
}

TEST(ChatTools, AutomaticChoiceAnswersOrNamesTheMissingSwitch) {
    const Result<ChatReply> reply =
        generation().chat(weather_chat({.kind = ToolChoice::Kind::automatic}));
    if (reply) {
        const ChatMessage& message = reply->choices.at(0).message;
        EXPECT_TRUE(!message.content.empty() || !message.tool_calls.empty());
    } else {
        EXPECT_EQ(reply.error().http_status, 400) << reply.error().to_string();
        EXPECT_THAT(reply.error().server.message, ::testing::HasSubstr("tool"));
    }
}

TEST(ChatTools, JsonSchemaShapesTheAnswer) {
    ChatRequest request = short_chat();
    request.ignore_eos.reset();
    request.max_tokens = 60;
    request.response_format = {
        .kind = ResponseFormat::Kind::json_schema, .name = "weather", .schema = unit_schema};
    const ChatReply plain = generation().chat(request).value();
    const nlohmann::json value = to_json(plain.text()).value();
    EXPECT_THAT(value.at("unit"), AnyOf("c", "f"));
    EXPECT_THAT(value, SizeIs(1));
    EXPECT_EQ(plain.finish_reason(), FinishReason::stop);
    const ChatReply streamed = generation().chat_stream(request).collect().value();
    EXPECT_EQ(to_json(streamed.text()).value(), value);
}

TEST(ChatTools, StructuredOutputsTakeASchemaToo) {
    ChatRequest request = short_chat();
    request.ignore_eos.reset();
    request.max_tokens = 60;
    request.structured_outputs.json = unit_schema;
    const ChatReply reply = generation().chat(request).value();
    EXPECT_THAT(to_json(reply.text()).value().at("unit"), AnyOf("c", "f"));
}

TEST(ChatTools, ChoiceLimitsTheAnswerToTheTextsGiven) {
    ChatRequest request = short_chat();
    request.ignore_eos.reset();
    request.structured_outputs.choice = {"yes", "no"};
    EXPECT_THAT(generation().chat(request).value().text(), AnyOf("yes", "no"));
}

}  // namespace
}  // namespace vllm_client::conformance
