// SPDX-License-Identifier: Apache-2.0
#include "wire/messages_event.h"

#include <gtest/gtest.h>

#include "wire/chunk_input.h"
#include "wire/recorded.h"
#include "wire/stream_input.h"
#include "wire/typed_stream_reading.h"

namespace vllm_client::wire {
namespace {

using Kind = MessagesEvent::Kind;
using Piece = MessagesEvent::Piece;
using Event = OneEvent<MessagesEventReader>;

// A content_block_delta of this type.
std::string delta(const std::string& type, const std::string& member, const std::string& text) {
    return R"({"type":"content_block_delta","delta":{"type":")" + type + R"(",")" + member +
           R"(":")" + text + R"("},"index":1})";
}

TEST(MessagesEvent, ReadsPiecesOfEveryType) {
    Event event;
    const auto text = event(delta("text_delta", "text", R"(a\nb)")).value();
    EXPECT_EQ(text.kind, Kind::content_block_delta);
    EXPECT_EQ(text.index, 1);
    EXPECT_EQ(text.piece, Piece::text);
    EXPECT_EQ(text.text(), "a\nb");
    EXPECT_EQ(text.thinking(), "");
    const auto thinking = event(delta("thinking_delta", "thinking", "hm")).value();
    EXPECT_EQ(thinking.piece, Piece::thinking);
    EXPECT_EQ(thinking.thinking(), "hm");
    EXPECT_EQ(thinking.text(), "");
    const auto signature = event(delta("signature_delta", "signature", "s")).value();
    EXPECT_EQ(signature.piece, Piece::signature);
    EXPECT_EQ(signature.delta, "s");
    const auto input = event(delta("input_json_delta", "partial_json", R"({\"a)")).value();
    EXPECT_EQ(input.piece, Piece::input_json);
    EXPECT_EQ(input.delta, R"({"a)");
    EXPECT_TRUE(input.has_content());
}

TEST(MessagesEvent, BlocksTellWhatTheyAre) {
    Event event;
    const auto start = event(R"({"type":"content_block_start","content_block":{"type":"tool_use",)"
                             R"("id":"t","name":"f","input":{}},"index":0})")
                           .value();
    EXPECT_EQ(start.kind, Kind::content_block_start);
    EXPECT_EQ(start.block_type, "tool_use");
    EXPECT_EQ(start.block_id, "t");
    EXPECT_EQ(start.block_name, "f");
    EXPECT_FALSE(start.has_content());
}

TEST(MessagesEvent, TheEndTellsWhy) {
    Event event;
    const auto end = event(R"({"type":"message_delta","delta":{"stop_reason":"end_turn",)"
                           R"("stop_sequence":null},"usage":{"output_tokens":3}})")
                         .value();
    EXPECT_EQ(end.kind, Kind::message_delta);
    EXPECT_EQ(end.stop_reason, "end_turn");
    EXPECT_EQ(end.piece, Piece::none);
}

TEST(MessagesEvent, TheEventLineTellsTheTypeIfTheJsonDoesNot) {
    Event event;
    EXPECT_EQ(event("{}", "message_stop").value().kind, Kind::message_stop);
    EXPECT_EQ(event("{}").value().kind, Kind::unknown);
}

TEST(MessagesEvent, PingsAndUnknownEventsAreNoErrors) {
    Event event;
    EXPECT_EQ(event(R"({"type":"ping"})", "ping").value().kind, Kind::ping);
    EXPECT_EQ(event(R"({"type":"later","index":"x","delta":3,"error":null})").value().kind,
              Kind::unknown);
    const auto piece = event(delta("later_delta", "later", "x")).value();
    EXPECT_EQ(piece.piece, Piece::unknown);
    EXPECT_FALSE(piece.has_content());
}

TEST(MessagesEvent, ErrorsOfEveryShapeEndTheStream) {
    Event event;
    for (const char* const json :
         {R"({"type":"error","error":{"type":"internal_error","message":"no"}})",
          R"({"error":{"message":"no","type":"t","param":null,"code":500}})",
          R"({"object":"error","message":"no"})"}) {
        EXPECT_EQ(event(json, "error").error().kind, ErrorKind::stream) << json;
        EXPECT_EQ(event(json).error().server.message, "no") << json;
    }
    const auto recorded_error = read_stream(recorded("messages_stream_error.sse")).events.at(0);
    const auto error = event(recorded_error.data, recorded_error.type).error();
    EXPECT_EQ(error.kind, ErrorKind::stream);
    EXPECT_EQ(error.server.type, "internal_error");
}

TEST(MessagesEvent, WhatIsNoJsonObjectCannotBeRead) {
    Event event;
    for (const char* const data : {"", "[DONE]", "3", R"({"type":"ping")", "{}{}"})
        EXPECT_EQ(event(data, "ping").error().kind, ErrorKind::decode) << data;
    EXPECT_EQ(event(R"({"a":)" + nested(300) + "}").error().kind, ErrorKind::limit);
    EXPECT_EQ(event(R"({"index":5000})").error().kind, ErrorKind::limit);
}

TEST(MessagesEvent, ACharacterCutInTwoIsMended) {
    MessagesEventReader reader;
    std::string first = delta("text_delta", "text", R"(a\ud83d)");
    std::string second = delta("text_delta", "text", R"(\ude00b)");
    pad(first);
    pad(second);
    EXPECT_EQ(reader.read({.type = {}, .data = first}).value().text(), "a");
    EXPECT_EQ(reader.read({.type = {}, .data = second}).value().text(), "\U0001F600b");
}

TEST(MessagesEvent, ABrokenEscapeInAPieceIsAnError) {
    for (const char* const text : {R"(\uc)", R"(\ud83d\uzzzz)", R"(\x)"}) {
        Event event;
        const auto read = event(delta("text_delta", "text", text));
        ASSERT_FALSE(read.ok()) << text;
        EXPECT_EQ(read.error().kind, ErrorKind::decode) << text;
    }
}

TEST(MessagesEvent, RecordedEventsAreAllKnown) {
    for (const char* const name : {"messages_stream.sse", "messages_stream_tools.sse"}) {
        for (const auto& one : read_stream(recorded(name)).events) {
            Event event;
            const auto read = event(one.data, one.type).value();
            EXPECT_NE(read.kind, Kind::unknown) << one.type;
            EXPECT_EQ(read.type, one.type);
        }
    }
}

}  // namespace
}  // namespace vllm_client::wire
