// SPDX-License-Identifier: Apache-2.0
#include "wire/messages_reply.h"

#include <gtest/gtest.h>

#include "wire/messages_request.h"
#include "wire/recorded.h"

namespace vllm_client::wire {
namespace {

using Block = AnthropicBlock::Kind;

Result<MessagesReply> read(std::string body) {
    pad(body);
    return read_messages_reply(body);
}

Result<MessagesTokenCount> count(std::string body) {
    pad(body);
    return read_messages_token_count(body);
}

TEST(MessagesReply, ReadsARecordedAnswer) {
    const auto reply = read(recorded("messages.json")).value();
    EXPECT_FALSE(reply.id.empty());
    EXPECT_EQ(reply.model, "tiny");
    EXPECT_EQ(reply.role, "assistant");
    ASSERT_EQ(reply.content.size(), 1U);
    EXPECT_EQ(reply.text(), reply.content[0].text);
    EXPECT_FALSE(reply.text().empty());
    EXPECT_EQ(reply.stop_reason, MessagesStop::max_tokens);
    EXPECT_EQ(reply.usage.completion_tokens, 4);
    EXPECT_EQ(reply.usage.total_tokens, reply.usage.prompt_tokens + 4);
    EXPECT_TRUE(reply.extra.empty()) << reply.extra.text();
}

TEST(MessagesReply, ReadsARecordedToolUseThatCanGoBack) {
    const auto reply = read(recorded("messages_tools.json")).value();
    EXPECT_EQ(reply.stop_reason, MessagesStop::tool_use);
    ASSERT_EQ(reply.content.size(), 1U);
    EXPECT_EQ(reply.content[0].kind, Block::tool_use);
    EXPECT_EQ(reply.content[0].name, "get_weather");
    EXPECT_TRUE(reply.content[0].input.is_object());
    const MessagesRequest next{.messages = {anthropic_assistant(reply.content)}, .max_tokens = 1};
    const std::string body = write_messages_request(next, false).value();
    EXPECT_NE(body.find(R"("input":)" + reply.content[0].input.text()), std::string::npos);
    EXPECT_NE(body.find(R"("type":"tool_use")"), std::string::npos);
}

TEST(MessagesReply, ThePromptIsCountedWhole) {
    const auto usage = read(R"({"content":[],"usage":{"input_tokens":28,"output_tokens":1,)"
                            R"("cache_creation_input_tokens":6,"cache_read_input_tokens":250,)"
                            R"("later":null}})")
                           .value()
                           .usage;
    EXPECT_EQ(usage.prompt_tokens, 284);
    EXPECT_EQ(usage.cached_tokens, 250);
    EXPECT_EQ(usage.total_tokens, 285);
    EXPECT_EQ(usage.extra.text(), R"({"cache_creation_input_tokens":6})");
}

TEST(MessagesReply, BlocksOfEveryKind) {
    const std::string other = R"({"type":"server_tool_use","text":"x","id":"s"})";
    const auto reply = read(R"({"content":[{"type":"thinking","thinking":"hm","signature":"s"},)"
                            R"({"type":"text","text":"a","citations":null},)"
                            R"({"type":"redacted_thinking","data":"d"},)" +
                            other +
                            R"(,{"type":"text","text":"b"}],"stop_reason":"later",)"
                            R"("stop_sequence":"x","container":{"id":1}})")
                           .value();
    EXPECT_EQ(reply.text(), "ab");
    EXPECT_EQ(reply.thinking(), "hm");
    EXPECT_EQ(reply.content.at(0).signature, "s");
    EXPECT_EQ(reply.content.at(2).data, "d");
    EXPECT_EQ(reply.content.at(3).kind, Block::raw);
    EXPECT_EQ(reply.content.at(3).raw.text(), other);
    EXPECT_EQ(reply.stop_reason, MessagesStop::other);
    EXPECT_EQ(reply.stop_sequence, "x");
    EXPECT_EQ(reply.extra.text(), R"({"container":{"id":1}})");
}

TEST(MessagesReply, NullsAndMissingMembersDoNotMatter) {
    const auto reply =
        read(R"({"content":null,"stop_reason":null,"stop_sequence":null,"usage":null})").value();
    EXPECT_TRUE(reply.content.empty());
    EXPECT_FALSE(reply.stop_reason);
    EXPECT_EQ(reply.usage.total_tokens, 0);
}

TEST(MessagesReply, AnAnswerWithoutContentCannotBeRead) {
    for (const char* const body : {"", "{}", "[]", R"({"content":3})", R"({"content":[3]})",
                                   R"({"content":[{"type":"text","text":"a"}})"})
        EXPECT_EQ(read(body).error().kind, ErrorKind::decode) << body;
}

TEST(MessagesReply, AnErrorInPlaceOfTheAnswerIsAnHttpError) {
    const auto error = read(recorded("messages_unknown_model.json")).error();
    EXPECT_EQ(error.kind, ErrorKind::http);
    EXPECT_EQ(error.server.type, "NotFoundError");
}

TEST(MessagesReply, StopReasonsHaveNames) {
    EXPECT_EQ(to_string(MessagesStop::end_turn), "end_turn");
    EXPECT_EQ(to_string(MessagesStop::stop_sequence), "stop_sequence");
    EXPECT_EQ(to_string(MessagesStop::other), "other");
}

TEST(MessagesTokenCount, ReadsARecordedAnswer) {
    const auto reply = count(recorded("messages_count_tokens.json")).value();
    EXPECT_EQ(reply.input_tokens, 4);
    EXPECT_EQ(reply.original_input_tokens, 4);
    EXPECT_TRUE(reply.extra.empty());
}

TEST(MessagesTokenCount, NeedsTheCountOnly) {
    const auto reply = count(R"({"context_management":null,"input_tokens":9,"later":1})").value();
    EXPECT_EQ(reply.input_tokens, 9);
    EXPECT_FALSE(reply.original_input_tokens);
    EXPECT_EQ(reply.extra.text(), R"({"later":1})");
    EXPECT_EQ(count("{}").error().kind, ErrorKind::decode);
}

}  // namespace
}  // namespace vllm_client::wire
