// SPDX-License-Identifier: Apache-2.0
#include "wire/message_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "vllm_client/chat.h"
#include "wire/chat_reply.h"

namespace vllm_client {
namespace {

std::string written(const std::vector<Message>& messages) {
    return messages_json(messages).value().text();
}

Message only(const std::string& json) {
    return messages_from_json("[" + json + "]").value().at(0);
}

std::string problem(const std::string& json) {
    const auto messages = messages_from_json(json);
    if (messages) return "none";
    EXPECT_EQ(messages.error().kind, ErrorKind::decode);
    return messages.error().message;
}

std::vector<Message> full_conversation() {
    ToolCall call{.id = "c1", .name = "weather", .arguments = R"({"city":"Köln"})"};
    return {
        system_message("Be brief."),
        {.role = "user", .content = "Hi \"you\"", .name = "ann", .extra = R"({"x":[1,{}]})"},
        user({text_part("look"),
              image_url("data:image/png;base64,AA==", "low"),
              audio_url("http://a/b.wav"),
              video_url("http://a/b.mp4"),
              input_audio("AAAA", "wav"),
              {.kind = ContentPart::Kind::image_url, .value = "http://i", .uuid = "u1"},
              {.kind = ContentPart::Kind::raw, .raw = R"({"type":"thinking","thinking":"t"})"}}),
        {.role = "assistant", .tool_calls = {call, call}, .reasoning = "think"},
        tool_result("c1", "21 °C"),
        {.role = "critic", .content = "fine"}};
}

TEST(MessageReader, WhatIsWrittenIsReadBackTheSame) {
    const std::string json = written(full_conversation());
    const auto read = messages_from_json(json).value();
    EXPECT_EQ(written(read), json);
    ASSERT_EQ(read.size(), 6U);
    EXPECT_EQ(read[0].role, "system");
    EXPECT_EQ(read[1].name, "ann");
    EXPECT_EQ(read[1].extra.text(), R"({"x":[1,{}]})");
    ASSERT_EQ(read[2].parts.size(), 7U);
    EXPECT_EQ(read[2].parts[1].detail, "low");
    EXPECT_EQ(read[2].parts[4].format, "wav");
    EXPECT_EQ(read[2].parts[5].uuid, "u1");
    EXPECT_EQ(read[2].parts[6].kind, ContentPart::Kind::raw);
    EXPECT_EQ(read[3].tool_calls.at(1).arguments, R"({"city":"Köln"})");
    EXPECT_TRUE(read[3].tool_calls.at(1).complete);
    EXPECT_EQ(read[3].reasoning, "think");
    EXPECT_EQ(read[4].tool_call_id, "c1");
}

TEST(MessageReader, NullMembersCountAsAbsent) {
    const Message message =
        only(R"({"role":"assistant","content":null,"name":null,"tool_calls":null,
                 "reasoning":null,"refusal":null,"function_call":null,"audio":null})");
    EXPECT_TRUE(message.content.empty());
    EXPECT_FALSE(message.reasoning);
    EXPECT_TRUE(message.extra.empty());
}

TEST(MessageReader, UnknownMembersAreKept) {
    const Message message = only(R"({"role":"user","content":"a","refusal":"no","z":{"b":1}})");
    EXPECT_EQ(message.extra.text(), R"({"refusal":"no","z":{"b":1}})");
}

TEST(MessageReader, OtherServersNamesAreRead) {
    EXPECT_EQ(only(R"({"role":"assistant","reasoning_content":"r"})").reasoning, "r");
    const Message message = only(
        R"({"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":{"a": 1}}}]})");
    EXPECT_EQ(message.tool_calls.at(0).arguments, R"({"a": 1})");
}

TEST(MessageReader, BareTextsAndUrlsAreParts) {
    const Message message =
        only(R"({"role":"user","content":["a",{"type":"image_url","image_url":"http://i"}]})");
    EXPECT_EQ(message.parts.at(0).kind, ContentPart::Kind::text);
    EXPECT_EQ(message.parts.at(1).kind, ContentPart::Kind::image_url);
    EXPECT_EQ(message.parts.at(1).value, "http://i");
}

TEST(MessageReader, PartsOfUnknownFormAreKeptWhole) {
    for (const std::string part :
         {R"({"type":"text","text":"a","cache":true})", R"({"type":"tool_reference","name":"f"})",
          R"({"type":"image_url","image_url":{"url":"u","extra":1}})",
          R"({"type":"image_url","text":"a"})", R"({"type":"input_audio","input_audio":"a"})",
          R"({"type":"text","text":{"a":1}})", R"({"type":"text","text":"a","uuid":"u"})",
          R"({"text":"a"})", R"({"type":"text"})"}) {
        const Message message = only(R"({"role":"user","content":[)" + part + "]}");
        EXPECT_EQ(message.parts.at(0).kind, ContentPart::Kind::raw) << part;
        EXPECT_EQ(message.parts.at(0).raw.text(), part);
    }
}

TEST(MessageReader, IncompleteArgumentsAreReadAsSuch) {
    const Message message =
        only(R"({"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{\"a"}}]})");
    EXPECT_FALSE(message.tool_calls.at(0).complete);
}

TEST(MessageReader, LoneSurrogatesBecomeReplacementCharacters) {
    EXPECT_EQ(only(R"({"role":"user","content":"a\ud800b"})").content, "a\uFFFDb");
}

TEST(MessageReader, ProblemsNameTheMember) {
    EXPECT_NE(problem(R"([{"role":"user"},{"content":"a"}])").find("messages[1].role"),
              std::string::npos);
    EXPECT_NE(problem(R"([{"role":1}])").find("messages[0].role"), std::string::npos);
    EXPECT_NE(problem(R"([{"role":"a","content":{}}])").find("messages[0].content"),
              std::string::npos);
    EXPECT_NE(problem(R"([{"role":"a","content":[1]}])").find("content[0]"), std::string::npos);
    EXPECT_NE(problem("[1]").find("messages[0]"), std::string::npos);
    for (const char* json : {"", "{}", "[", "null", R"({"messages":[]})"})
        EXPECT_NE(problem(json).find("array"), std::string::npos) << json;
}

TEST(MessageReader, ProblemsDoNotRepeatWhatWasSaid) {
    EXPECT_EQ(problem(R"([{"role":"a","content":{"secret":1}}])").find("secret"),
              std::string::npos);
}

TEST(MessageReader, AnEmptyConversationIsOne) {
    EXPECT_TRUE(messages_from_json("[]").value().empty());
    EXPECT_EQ(written({}), "[]");
}

TEST(MessagesJson, ReportsWhatCannotBeWritten) {
    const auto json = messages_json({user("a"), user("\xff")});
    ASSERT_FALSE(json.ok());
    EXPECT_EQ(json.error().kind, ErrorKind::config);
    EXPECT_NE(json.error().message.find("[1].content"), std::string::npos);
}

TEST(ToMessage, KeepsWhatTheAnswerSaid) {
    const ChatMessage answer{.content = "c",
                             .reasoning = "r",
                             .tool_calls = {{.id = "1", .name = "f", .arguments = "{}"}},
                             .extra = R"({"a":1})"};
    const Message message = to_message(answer);
    EXPECT_EQ(message.role, "assistant");
    EXPECT_EQ(message.content, "c");
    EXPECT_EQ(message.reasoning, "r");
    EXPECT_EQ(message.tool_calls.at(0).name, "f");
    EXPECT_EQ(message.extra.text(), R"({"a":1})");
}

TEST(ToMessage, LeavesOutReasoningThatWasNone) {
    EXPECT_FALSE(to_message({.role = "assistant", .content = "c"}).reasoning);
    EXPECT_EQ(to_message({.refusal = "I will not"}).content, "I will not");
}

}  // namespace
}  // namespace vllm_client
