// SPDX-License-Identifier: Apache-2.0
#include "wire/messages_accumulator.h"

#include <gtest/gtest.h>

#include "wire/messages_event.h"
#include "wire/recorded.h"
#include "wire/typed_stream_reading.h"

namespace vllm_client::wire {
namespace {

using Reading = TypedReading<MessagesAccumulator>;
using Block = AnthropicBlock::Kind;

Reading read(std::string_view stream, std::size_t cut = 0) {
    return read_typed<MessagesEventReader, MessagesAccumulator>(stream, cut);
}

std::string start(int index, const std::string& block) {
    return typed_event(R"({"type":"content_block_start","index":)" + std::to_string(index) +
                       R"(,"content_block":)" + block + "}");
}

std::string piece(int index, const std::string& type, const std::string& member,
                  const std::string& text) {
    return typed_event(R"({"type":"content_block_delta","index":)" + std::to_string(index) +
                       R"(,"delta":{"type":")" + type + R"(",")" + member + R"(":")" + text +
                       R"("}})");
}

TEST(MessagesAccumulator, PutsARecordedStreamTogether) {
    Reading reading = read(recorded("messages_stream.sse"));
    ASSERT_FALSE(reading.error);
    EXPECT_TRUE(reading.answer.all_finished());
    const auto partial = reading.answer.partial_text();
    const MessagesReply reply = std::move(reading.answer).finish();
    EXPECT_EQ(partial, std::vector<std::string>{reply.text()});
    EXPECT_FALSE(reply.text().empty());
    EXPECT_FALSE(reply.id.empty());
    EXPECT_EQ(reply.model, "tiny");
    EXPECT_EQ(reply.role, "assistant");
    EXPECT_EQ(reply.stop_reason, MessagesStop::max_tokens);
    EXPECT_EQ(reply.usage.completion_tokens, 4);
    EXPECT_EQ(reply.usage.prompt_tokens, 4);
}

TEST(MessagesAccumulator, PutsARecordedToolUseTogether) {
    Reading reading = read(recorded("messages_stream_tools.sse"));
    ASSERT_FALSE(reading.error);
    EXPECT_TRUE(reading.answer.partial_text().empty());
    const MessagesReply reply = std::move(reading.answer).finish();
    ASSERT_EQ(reply.content.size(), 1U);
    EXPECT_EQ(reply.content[0].kind, Block::tool_use);
    EXPECT_EQ(reply.content[0].name, "get_weather");
    EXPECT_FALSE(reply.content[0].id.empty());
    EXPECT_TRUE(reply.content[0].input.is_object());
    EXPECT_EQ(reply.stop_reason, MessagesStop::tool_use);
}

TEST(MessagesAccumulator, EverySplitGivesTheSameAnswer) {
    for (const char* const name : {"messages_stream.sse", "messages_stream_tools.sse"}) {
        const std::string stream = recorded(name);
        const Reading whole = read(stream);
        const MessagesReply reply = MessagesAccumulator(whole.answer).finish();
        for (std::size_t cut = 1; cut < stream.size(); ++cut) {
            Reading reading = read(stream, cut);
            ASSERT_EQ(reading.types, whole.types) << name << " cut at " << cut;
            ASSERT_EQ(reading.deltas, whole.deltas) << name << " cut at " << cut;
            const MessagesReply same = std::move(reading.answer).finish();
            ASSERT_EQ(same.text(), reply.text()) << name << " cut at " << cut;
            ASSERT_EQ(same.content.at(0).input, reply.content.at(0).input);
            ASSERT_EQ(same.usage.total_tokens, reply.usage.total_tokens);
        }
    }
}

TEST(MessagesAccumulator, AStreamCutAnywhereIsNotFinished) {
    const std::string stream = recorded("messages_stream.sse");
    const std::string text = read(stream).answer.partial_text().at(0);
    for (std::size_t size = 0; size + 1 < stream.size(); ++size) {
        const Reading reading = read(std::string_view(stream).substr(0, size));
        ASSERT_FALSE(reading.error);
        ASSERT_FALSE(reading.answer.all_finished()) << "of " << size << " bytes";
        for (const std::string& partial : reading.answer.partial_text())
            ASSERT_TRUE(text.starts_with(partial));
    }
}

TEST(MessagesAccumulator, BlocksOfEveryKindMayInterleave) {
    Reading reading = read(
        start(0, R"({"type":"thinking","thinking":"","signature":""})") +
        piece(0, "thinking_delta", "thinking", "h") + start(2, R"({"type":"text","text":"x"})") +
        start(1, R"({"type":"tool_use","id":"t","name":"f","input":{}})") +
        piece(2, "text_delta", "text", "y") + piece(0, "thinking_delta", "thinking", "m") +
        piece(0, "signature_delta", "signature", "s") +
        piece(1, "input_json_delta", "partial_json", R"({\"a\":)") +
        piece(1, "input_json_delta", "partial_json", "1}") + start(3, R"({"type":"later","a":1})"));
    ASSERT_FALSE(reading.error);
    EXPECT_EQ(reading.answer.partial_text(), std::vector<std::string>{"xy"});
    const MessagesReply reply = std::move(reading.answer).finish();
    ASSERT_EQ(reply.content.size(), 4U);
    EXPECT_EQ(reply.thinking(), "hm");
    EXPECT_EQ(reply.content[0].signature, "s");
    EXPECT_EQ(reply.content[1].input.text(), R"({"a":1})");
    EXPECT_EQ(reply.content[2].text, "xy");
    EXPECT_EQ(reply.content[3].raw.text(), R"({"type":"later","a":1})");
}

TEST(MessagesAccumulator, PiecesOfABlockThatWasNeverStartedAreKept) {
    Reading reading =
        read(piece(0, "text_delta", "text", "a") + piece(1, "thinking_delta", "thinking", "b") +
             piece(2, "input_json_delta", "partial_json", "{}"));
    const MessagesReply reply = std::move(reading.answer).finish();
    ASSERT_EQ(reply.content.size(), 3U);
    EXPECT_EQ(reply.content[0].kind, Block::text);
    EXPECT_EQ(reply.content[1].kind, Block::thinking);
    EXPECT_EQ(reply.content[2].kind, Block::tool_use);
}

TEST(MessagesAccumulator, InputCutShortIsKeptAndNotValid) {
    Reading reading = read(start(0, R"({"type":"tool_use","id":"t","name":"f","input":{}})") +
                           piece(0, "input_json_delta", "partial_json", R"({\"a\":)"));
    const MessagesReply reply = std::move(reading.answer).finish();
    EXPECT_FALSE(reply.content.at(0).input.valid());
    EXPECT_EQ(reply.content.at(0).input.text(), R"({"a":)");
}

TEST(MessagesAccumulator, PingsAndUnknownEventsInBetweenDoNotMatter) {
    std::string stream;
    for (const char c : recorded("messages_stream.sse")) {
        stream += c;
        if (!stream.ends_with("\n\n")) continue;
        stream += "event: ping\n" + typed_event(R"({"type":"ping"})");
        stream += "event: later\n" + typed_event(R"({"type":"later","delta":{"text":"x"}})");
    }
    const Reading reading = read(stream);
    ASSERT_FALSE(reading.error);
    EXPECT_TRUE(reading.answer.all_finished());
    EXPECT_EQ(reading.answer.partial_text(),
              read(recorded("messages_stream.sse")).answer.partial_text());
}

TEST(MessagesAccumulator, LaterCountsReplaceEarlierOnes) {
    Reading reading =
        read(typed_event(R"({"type":"message_start","message":{"usage":{"input_tokens":4,)"
                         R"("output_tokens":0,"cache_read_input_tokens":3}}})"));
    EXPECT_EQ(reading.answer.usage()->prompt_tokens, 7);
    reading =
        read(typed_event(R"({"type":"message_start","message":{"usage":{"input_tokens":4}}})") +
             typed_event(R"({"type":"message_delta","delta":{},"usage":{"output_tokens":9}})"));
    EXPECT_EQ(reading.answer.usage()->prompt_tokens, 4);
    EXPECT_EQ(reading.answer.usage()->completion_tokens, 9);
    EXPECT_EQ(reading.answer.usage()->total_tokens, 13);
    EXPECT_FALSE(read("").answer.usage());
}

TEST(MessagesAccumulator, WhatItCannotReadIsAnError) {
    EXPECT_EQ(read(typed_event(R"({"type":"message_start","message":3})")).error->kind,
              ErrorKind::decode);
    EXPECT_EQ(read(start(0, "[]")).error->kind, ErrorKind::decode);
}

}  // namespace
}  // namespace vllm_client::wire
