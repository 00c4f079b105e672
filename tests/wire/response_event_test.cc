// SPDX-License-Identifier: Apache-2.0
#include "wire/response_event.h"

#include <gtest/gtest.h>

#include "wire/chunk_input.h"
#include "wire/recorded.h"
#include "wire/stream_input.h"
#include "wire/typed_stream_reading.h"

namespace vllm_client::wire {
namespace {

using Kind = ResponseEvent::Kind;
using Event = OneEvent<ResponseEventReader>;

TEST(ResponseEvent, ReadsATextDelta) {
    Event event;
    const auto read = event(R"({"content_index":0,"delta":"po \u00e4","item_id":"msg_1",)"
                            R"("logprobs":[],"output_index":2,"sequence_number":5,)"
                            R"("type":"response.output_text.delta"})")
                          .value();
    EXPECT_EQ(read.kind, Kind::output_text_delta);
    EXPECT_EQ(read.type, "response.output_text.delta");
    EXPECT_EQ(read.sequence_number, 5);
    EXPECT_EQ(read.output_index, 2);
    EXPECT_EQ(read.content_index, 0);
    EXPECT_EQ(read.item_id, "msg_1");
    EXPECT_EQ(read.text(), "po \u00e4");
    EXPECT_EQ(read.reasoning(), "");
    EXPECT_TRUE(read.has_content());
    EXPECT_EQ(read.json.front(), '{');
}

TEST(ResponseEvent, ReasoningIsNotText) {
    Event event;
    for (const char* const type :
         {"response.reasoning_text.delta", "response.reasoning_summary_text.delta"}) {
        const auto read = event(R"({"delta":"hm"})", type).value();
        EXPECT_EQ(read.text(), "");
        EXPECT_EQ(read.reasoning(), "hm");
        EXPECT_TRUE(read.has_content());
    }
}

TEST(ResponseEvent, TheEventLineTellsTheTypeIfTheJsonDoesNot) {
    Event event;
    EXPECT_EQ(event("{}", "response.created").value().kind, Kind::created);
    EXPECT_EQ(event(R"({"type":"response.in_progress"})", "response.created").value().kind,
              Kind::in_progress);
    EXPECT_EQ(event("{}").value().kind, Kind::unknown);
}

TEST(ResponseEvent, ItemsTellWhatTheyAre) {
    Event event;
    const auto read = event(R"({"item":{"arguments":"","call_id":"call_1","name":"f",)"
                            R"("type":"function_call","id":"fc_1","namespace":null},)"
                            R"("type":"response.output_item.added"})")
                          .value();
    EXPECT_EQ(read.item_type, "function_call");
    EXPECT_EQ(read.item_id, "fc_1");
    EXPECT_EQ(read.call_id, "call_1");
    EXPECT_EQ(read.name, "f");
    EXPECT_FALSE(read.has_content());
}

TEST(ResponseEvent, DoneEventsHaveTheWholeText) {
    Event event;
    EXPECT_EQ(event(R"({"text":"a\nb"})", "response.output_text.done").value().whole, "a\nb");
    const auto call =
        event(R"({"arguments":"{\"a\":1}","name":"f"})", "response.function_call_arguments.done");
    EXPECT_EQ(call.value().whole, R"({"a":1})");
    EXPECT_EQ(call.value().name, "f");
}

TEST(ResponseEvent, KnowsEveryTypeOfTheProtocol) {
    for (const char* const type : {"response.created",
                                   "response.in_progress",
                                   "response.queued",
                                   "response.completed",
                                   "response.incomplete",
                                   "response.failed",
                                   "response.output_item.added",
                                   "response.output_item.done",
                                   "response.content_part.added",
                                   "response.content_part.done",
                                   "response.output_text.delta",
                                   "response.output_text.done",
                                   "response.reasoning_text.delta",
                                   "response.reasoning_text.done",
                                   "response.reasoning_part.added",
                                   "response.reasoning_part.done",
                                   "response.function_call_arguments.delta",
                                   "response.function_call_arguments.done",
                                   "response.custom_tool_call_input.delta",
                                   "response.custom_tool_call_input.done",
                                   "response.mcp_call_arguments.delta",
                                   "response.mcp_call_arguments.done",
                                   "response.mcp_call.in_progress",
                                   "response.mcp_call.completed",
                                   "response.web_search_call.in_progress",
                                   "response.web_search_call.searching",
                                   "response.web_search_call.completed",
                                   "response.code_interpreter_call.in_progress",
                                   "response.code_interpreter_call_code.delta",
                                   "response.code_interpreter_call_code.done",
                                   "response.code_interpreter_call.interpreting",
                                   "response.code_interpreter_call.completed"}) {
        EXPECT_NE(response_event_kind(type), Kind::unknown) << type;
    }
}

TEST(ResponseEvent, UnknownTypesAndOddMembersAreNoErrors) {
    Event event;
    const auto read =
        event(R"({"type":"response.later.thing","delta":{"a":1},"item":[],"output_index":"x",)"
              R"("sequence_number":null,"item_id":3,"text":null,"error":null})")
            .value();
    EXPECT_EQ(read.kind, Kind::unknown);
    EXPECT_EQ(read.type, "response.later.thing");
    EXPECT_EQ(read.output_index, -1);
    EXPECT_FALSE(read.has_content());
    EXPECT_EQ(response_event_kind("message_start"), Kind::unknown);
}

TEST(ResponseEvent, ErrorsOfEveryShapeEndTheStream) {
    Event event;
    for (const char* const json :
         {R"({"error":{"message":"no","type":"t","param":null,"code":503}})",
          R"({"type":"error","error":{"type":"t","message":"no"}})",
          R"({"type":"error","code":"503","message":"no","param":null,"sequence_number":3})",
          R"({"object":"error","message":"no","code":503})",
          R"({"type":"response.failed","response":{"id":"r","error":{"message":"no"}}})"}) {
        const auto error = event(json).error();
        EXPECT_EQ(error.kind, ErrorKind::stream) << json;
        EXPECT_EQ(error.server.message, "no") << json;
    }
    EXPECT_EQ(event("{}", "error").error().kind, ErrorKind::stream);
    EXPECT_EQ(event(R"({"error":{"message":"no","code":503}})").error().http_status, 503);
    EXPECT_TRUE(event(R"({"error":{"message":"no","code":503}})").error().retryable);
}

TEST(ResponseEvent, WhatIsNoJsonObjectCannotBeRead) {
    Event event;
    for (const char* const data : {"", "[DONE]", "3", R"({"type":"response.created")", "{}{}"})
        EXPECT_EQ(event(data, "response.created").error().kind, ErrorKind::decode) << data;
    EXPECT_EQ(event(R"({"a":)" + nested(300) + "}").error().kind, ErrorKind::limit);
}

TEST(ResponseEvent, ACharacterCutInTwoIsMended) {
    ResponseEventReader reader;
    const std::string head = R"({"type":"response.output_text.delta","output_index":0,"delta":")";
    std::string first = head + R"(a\ud83d"})";
    std::string second = head + R"(\ude00b"})";
    pad(first);
    pad(second);
    EXPECT_EQ(reader.read({.type = {}, .data = first}).value().text(), "a");
    EXPECT_EQ(reader.read({.type = {}, .data = second}).value().text(), "\U0001F600b");
}

TEST(ResponseEvent, ABrokenEscapeInADeltaIsAnError) {
    for (const char* const text : {R"(\uc)", R"(\ud83d\uzzzz)", R"(\x)"}) {
        Event event;
        const auto read =
            event(std::string(R"({"delta":")") + text + R"("})", "response.output_text.delta");
        ASSERT_FALSE(read.ok()) << text;
        EXPECT_EQ(read.error().kind, ErrorKind::decode) << text;
    }
}

TEST(ResponseEvent, RecordedEventsAreAllKnownAndCountUp) {
    for (const char* const name :
         {"responses_stream.sse", "responses_stream_tools.sse", "responses_stream_logprobs.sse"}) {
        std::int64_t next = 0;
        for (const auto& one : read_stream(recorded(name)).events) {
            Event event;
            const auto read = event(one.data, one.type).value();
            EXPECT_NE(read.kind, Kind::unknown) << one.type;
            EXPECT_EQ(read.type, one.type);
            EXPECT_EQ(read.sequence_number, next++);
        }
        EXPECT_GT(next, 5);
    }
}

}  // namespace
}  // namespace vllm_client::wire
