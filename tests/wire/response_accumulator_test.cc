// SPDX-License-Identifier: Apache-2.0
#include "wire/response_accumulator.h"

#include <gtest/gtest.h>

#include "wire/recorded.h"
#include "wire/response_event.h"
#include "wire/typed_stream_reading.h"

namespace vllm_client::wire {
namespace {

using Reading = TypedReading<ResponseAccumulator>;

Reading read(std::string_view stream, std::size_t cut = 0) {
    return read_typed<ResponseEventReader, ResponseAccumulator>(stream, cut);
}

std::string delta(const std::string& text) {
    return typed_event(R"({"type":"response.output_text.delta","delta":")" + text + R"("})");
}

TEST(ResponseAccumulator, TheLastEventHasTheAnswer) {
    Reading reading = read(recorded("responses_stream.sse"));
    ASSERT_FALSE(reading.error);
    EXPECT_TRUE(reading.answer.all_finished());
    EXPECT_EQ(reading.answer.usage()->completion_tokens, 4);
    const auto partial = reading.answer.partial_text();
    const ResponseReply reply = std::move(reading.answer).finish();
    EXPECT_EQ(partial, std::vector<std::string>{reply.text()});
    EXPECT_FALSE(reply.text().empty());
    EXPECT_EQ(reply.status, ResponseStatus::incomplete);
    EXPECT_TRUE(reply.id.starts_with("resp_"));
}

TEST(ResponseAccumulator, ArgumentsAreNoText) {
    Reading reading = read(recorded("responses_stream_tools.sse"));
    ASSERT_FALSE(reading.error);
    EXPECT_TRUE(reading.answer.partial_text().empty());
    const auto calls = std::move(reading.answer).finish().tool_calls();
    ASSERT_EQ(calls.size(), 1U);
    EXPECT_EQ(calls[0].name, "get_weather");
    EXPECT_TRUE(calls[0].complete);
}

TEST(ResponseAccumulator, EverySplitGivesTheSameAnswer) {
    for (const char* const name :
         {"responses_stream.sse", "responses_stream_tools.sse", "responses_stream_logprobs.sse"}) {
        const std::string stream = recorded(name);
        const Reading whole = read(stream);
        const ResponseReply reply = ResponseAccumulator(whole.answer).finish();
        for (std::size_t cut = 1; cut < stream.size(); ++cut) {
            Reading reading = read(stream, cut);
            ASSERT_EQ(reading.types, whole.types) << name << " cut at " << cut;
            ASSERT_EQ(reading.deltas, whole.deltas) << name << " cut at " << cut;
            const ResponseReply same = std::move(reading.answer).finish();
            ASSERT_EQ(same.output.at(0).raw, reply.output.at(0).raw) << name << " cut at " << cut;
        }
    }
}

TEST(ResponseAccumulator, AStreamCutAnywhereIsNotFinished) {
    const std::string stream = recorded("responses_stream.sse");
    const std::string text = read(stream).answer.partial_text().at(0);
    for (std::size_t size = 0; size + 1 < stream.size(); ++size) {
        const Reading reading = read(std::string_view(stream).substr(0, size));
        ASSERT_FALSE(reading.error);
        ASSERT_FALSE(reading.answer.all_finished()) << "of " << size << " bytes";
        for (const std::string& partial : reading.answer.partial_text())
            ASSERT_TRUE(text.starts_with(partial));
    }
}

TEST(ResponseAccumulator, UnknownEventsInBetweenDoNotMatter) {
    const std::string unknown =
        "event: response.later\n" + typed_event(R"({"type":"response.later","x":[1,{}]})");
    std::string stream;
    for (const char c : recorded("responses_stream.sse")) {
        stream += c;
        if (stream.ends_with("\n\n")) stream += unknown;
    }
    Reading reading = read(stream);
    ASSERT_FALSE(reading.error);
    EXPECT_TRUE(reading.answer.all_finished());
}

TEST(ResponseAccumulator, OtherServersEndWithIncomplete) {
    Reading reading = read(delta("a") + typed_event(R"({"type":"response.incomplete","response":)"
                                                    R"({"status":"incomplete","output":[]}})"));
    ASSERT_FALSE(reading.error);
    EXPECT_TRUE(reading.answer.all_finished());
    EXPECT_EQ(std::move(reading.answer).finish().status, ResponseStatus::incomplete);
}

TEST(ResponseAccumulator, ALastEventWithoutAnAnswerIsAnError) {
    for (const char* const json :
         {R"({"type":"response.completed"})", R"({"type":"response.completed","response":null})",
          R"({"type":"response.completed","response":3})",
          R"({"type":"response.completed","response":{"id":"r"}})",
          R"({"type":"response.completed","response":{"output":[{"content":[{"text":nope}]}]}})"}) {
        const Reading reading = read(delta("a") + typed_event(json));
        ASSERT_TRUE(reading.error) << json;
        EXPECT_EQ(reading.error->kind, ErrorKind::decode) << json;
        EXPECT_FALSE(reading.answer.all_finished());
        EXPECT_EQ(reading.answer.partial_text(), std::vector<std::string>{"a"});
    }
}

}  // namespace
}  // namespace vllm_client::wire
