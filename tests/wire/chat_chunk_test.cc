// SPDX-License-Identifier: Apache-2.0
#include "wire/chat_chunk.h"

#include <gtest/gtest.h>

#include "wire/chunk_input.h"
#include "wire/recorded.h"
#include "wire/stream_input.h"

namespace vllm_client::wire {
namespace {

using detail::ChatChunkReader;
using namespace std::string_literals;

/// A reader and the events it has read.
class ChatReading {
 public:
    Result<ChatDelta> read(const std::string& json) { return reader.read(store(json)); }
    std::string text(const std::string& json) { return std::string(read(json).value().text()); }
    Error error(const std::string& json) {
        auto delta = read(json);
        EXPECT_FALSE(delta.ok()) << json;
        return delta ? Error{} : std::move(delta).error();
    }
    // Where and why reading fails, or nothing.
    std::string decode_problem(const std::string& json) {
        const Error problem = error(json);
        EXPECT_EQ(problem.kind, ErrorKind::decode) << json;
        return problem.message;
    }

    EventStore store;
    ChatChunkReader reader;
};

TEST(ChatChunk, ReadsTextIndexAndCount) {
    ChatReading chat;
    const std::string json = content_event("Hi", 3);
    const auto delta = chat.read(json).value();
    EXPECT_EQ(delta.text(), "Hi");
    EXPECT_EQ(delta.index(), 3);
    EXPECT_EQ(delta.choice_count(), 1u);
    EXPECT_EQ(delta.finish_reason(), std::nullopt);
    EXPECT_TRUE(delta.has_content());
    EXPECT_FALSE(delta.has_usage());
    EXPECT_EQ(delta.json(), json);
}

TEST(ChatChunk, TextWithoutEscapesIsAViewOfTheEvent) {
    ChatReading chat;
    const auto delta = chat.read(content_event("plain")).value();
    EXPECT_GE(delta.text().data(), delta.json().data());
    EXPECT_LT(delta.text().data(), delta.json().data() + delta.json().size());
}

TEST(ChatChunk, UnescapesText) {
    ChatReading chat;
    EXPECT_EQ(chat.text(content_event(R"(a\n\"b\"\\ \/ \u00e9 \ud83d\ude00)")), "a\n\"b\"\\ / é 😀");
    EXPECT_EQ(chat.text(content_event(R"(ends with \\)")), "ends with \\");
    EXPECT_EQ(chat.text(content_event("")), "");
}

TEST(ChatChunk, ReadsFinishReason) {
    ChatReading chat;
    EXPECT_EQ(chat.read(content_event("", 0, R"("stop")"))->finish_reason(), FinishReason::stop);
    EXPECT_EQ(chat.read(content_event("", 0, R"("length")"))->finish_reason(),
              FinishReason::length);
    EXPECT_EQ(chat.read(content_event("", 0, R"("new")"))->finish_reason(), FinishReason::other);
}

TEST(ChatChunk, ReadsReasoningUnderBothNames) {
    ChatReading chat;
    EXPECT_EQ(chat.read(delta_event(R"({"reasoning":"so"})"))->reasoning(), "so");
    EXPECT_EQ(chat.read(delta_event(R"({"reasoning_content":"so"})"))->reasoning(), "so");
    EXPECT_EQ(chat.read(delta_event(R"({"reasoning":"so","reasoning_content":null})"))->reasoning(),
              "so");
    const auto both = chat.read(delta_event(R"({"reasoning":"so","content":"yes"})")).value();
    EXPECT_EQ(both.reasoning(), "so");
    EXPECT_EQ(both.text(), "yes");
}

TEST(ChatChunk, MembersMayStandInAnyOrderWithSpaceBetween) {
    ChatReading chat;
    const auto delta = chat.read(R"( { "choices" : [ { "finish_reason" : "stop" , "delta" :
        { "content" : "Hi" } , "index" : 2 } ] , "id" : "x" } )")
                           .value();
    EXPECT_EQ(delta.text(), "Hi");
    EXPECT_EQ(delta.index(), 2);
    EXPECT_EQ(delta.finish_reason(), FinishReason::stop);
    EXPECT_EQ(delta.chunk().id, "x");
}

TEST(ChatChunk, WholeChunkHasAllFields) {
    ChatReading chat;
    const auto delta =
        chat.read(
                R"({"id":"a\/b","created":12,"model":"m","system_fingerprint":"f","prompt_token_ids":[1,2],)"
                R"("choices":[{"index":1,"delta":{"role":"assistant","content":"c","reasoning":"r"},)"
                R"("finish_reason":"stop","stop_reason":42,"token_ids":[3],"logprobs":{"content":[)"
                R"({"token":"t","logprob":-0.5,"bytes":[116],"top_logprobs":[]}]}}],)"
                R"("usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}})")
            .value();
    const auto& chunk = delta.chunk();
    EXPECT_EQ(chunk.id, "a/b");
    EXPECT_EQ(chunk.created, 12);
    EXPECT_EQ(chunk.model, "m");
    EXPECT_EQ(chunk.system_fingerprint, "f");
    EXPECT_EQ(chunk.prompt_token_ids, (std::vector<std::int64_t>{1, 2}));
    ASSERT_EQ(chunk.choices.size(), 1u);
    const auto& choice = chunk.choices[0];
    EXPECT_EQ(choice.index, 1);
    EXPECT_EQ(choice.role, "assistant");
    EXPECT_EQ(choice.content, "c");
    EXPECT_EQ(choice.reasoning, "r");
    EXPECT_EQ(choice.finish_reason, FinishReason::stop);
    EXPECT_EQ(choice.stop_reason, StopReason(std::int64_t{42}));
    EXPECT_EQ(choice.token_ids, std::vector<std::int64_t>{3});
    ASSERT_EQ(choice.logprobs.size(), 1u);
    EXPECT_EQ(choice.logprobs[0].logprob, -0.5);
    ASSERT_TRUE(delta.usage());
    EXPECT_EQ(delta.usage()->total_tokens, 3);
}

TEST(ChatChunk, WholeChunkIsReadOnceAndLeavesTheDeltaValid) {
    ChatReading chat;
    const auto delta = chat.read(content_event(R"(tab\t)")).value();
    const std::string_view text = delta.text();
    const auto& chunk = delta.chunk();
    EXPECT_EQ(chunk.choices.at(0).content.data(), text.data());
    EXPECT_EQ(text, "tab\t");
    EXPECT_EQ(&delta.chunk(), &chunk);
    EXPECT_EQ(chat.read(content_event("next"))->chunk().choices.at(0).content, "next");
}

TEST(ChatChunk, NothingOfAnEarlierEventIsLeftInAChunk) {
    ChatReading chat;
    (void)chat
        .read(
            R"({"id":"a","model":"m","created":1,"system_fingerprint":"f","prompt_token_ids":[1],)"
            R"("usage":{"prompt_tokens":1},"choices":[{"index":1,"delta":{"role":"r","content":"c",)"
            R"("tool_calls":[{"index":0,"id":"i"}]},"finish_reason":"stop","stop_reason":"s",)"
            R"("token_ids":[3],"logprobs":{"content":[{"token":"t"}]}}]})")
        ->chunk();
    const auto& chunk = chat.read(R"({"choices":[{}]})")->chunk();
    EXPECT_TRUE(chunk.id.empty() && chunk.model.empty() && chunk.system_fingerprint.empty());
    EXPECT_TRUE(chunk.created == 0 && !chunk.usage && chunk.prompt_token_ids.empty());
    const auto& choice = chunk.choices.at(0);
    EXPECT_TRUE(choice.index == 0 && choice.role.empty() && choice.content.empty());
    EXPECT_TRUE(choice.tool_calls.empty() && choice.token_ids.empty() && choice.logprobs.empty());
    EXPECT_TRUE(!choice.finish_reason && choice.stop_reason.index() == 0);
}

TEST(ChatChunk, AnEmptyDeltaHasAnEmptyChunk) {
    ChatReading chat;
    EXPECT_TRUE(ChatDelta().chunk().choices.empty());
    EXPECT_TRUE(ChatDelta().tool_calls().empty());
}

TEST(ChatChunk, KnowsEventsThatAreOnlyText) {
    ChatReading chat;
    const auto is_text_only = [&chat](const std::string& json) {
        return ChatChunkReader::is_text_only(chat.read(json).value());
    };
    EXPECT_TRUE(is_text_only(content_event("a")));
    EXPECT_TRUE(is_text_only(delta_event(R"({"reasoning":"a","content":"b","role":null})")));
    EXPECT_FALSE(is_text_only(content_event("a", 0, R"("stop")")));
    EXPECT_FALSE(is_text_only(delta_event(R"({"role":"assistant","content":""})")));
    EXPECT_FALSE(is_text_only(delta_event(R"({"tool_calls":[{"index":0}]})")));
    EXPECT_FALSE(is_text_only(chat_event(R"("delta":{"content":"a"},"token_ids":[1])")));
    EXPECT_FALSE(is_text_only(chat_event(R"("delta":{"content":"a"},"logprobs":{"content":[]})")));
    EXPECT_FALSE(is_text_only(R"({"choices":[],"usage":{"prompt_tokens":1}})"));
    EXPECT_FALSE(is_text_only(R"({"choices":[],"system_fingerprint":"f"})"));
    EXPECT_FALSE(is_text_only(R"({"choices":[],"prompt_token_ids":[1]})"));
}

TEST(FaultC, C5_TheEndMarkerIsNoEventOfTheAnswer) {
    ChatReading chat;
    EXPECT_EQ(chat.error("[DONE]").kind, ErrorKind::decode);
}

TEST(FaultC, C6_ErrorObjectIsAStreamErrorWithTheServersWords) {
    ChatReading chat;
    for (const std::string name :
         {"error_in_stream_logprobs.sse", "error_in_stream_token_id.sse"}) {
        const Error problem = chat.error(data_of(recorded(name)).at(0));
        EXPECT_EQ(problem.kind, ErrorKind::stream);
        EXPECT_EQ(problem.reach, Reach::executed);
        EXPECT_EQ(problem.http_status, 400);
        EXPECT_EQ(problem.server.type, "BadRequestError");
        EXPECT_EQ(problem.server.code, "400");
        EXPECT_FALSE(problem.server.param.empty());
        EXPECT_NE(problem.server.message.find("parameter="), std::string::npos);
        EXPECT_FALSE(problem.retryable);
    }
}

TEST(FaultC, C6_AllFormsOfErrorsAreRecognised) {
    ChatReading chat;
    const Error text = chat.error(R"({"error":"out of memory"})");
    EXPECT_EQ(text.kind, ErrorKind::stream);
    EXPECT_EQ(text.server.message, "out of memory");
    const Error flat = chat.error(R"({"object":"error","message":"busy","type":"T","code":503})");
    EXPECT_EQ(flat.kind, ErrorKind::stream);
    EXPECT_EQ(flat.server.message, "busy");
    EXPECT_EQ(flat.http_status, 503);
    EXPECT_TRUE(flat.retryable);
    const Error word = chat.error(R"({"error":{"message":"m","code":"overloaded"}})");
    EXPECT_EQ(word.server.code, "overloaded");
    EXPECT_EQ(word.http_status, 0);
    EXPECT_EQ(chat.error(R"({"error":{}})").kind, ErrorKind::stream);
    EXPECT_EQ(chat.error(R"({"choices":[{"delta":{"content":"a"}}],"error":{"message":"m"}})").kind,
              ErrorKind::stream);
}

TEST(FaultC, C6_NullErrorIsNone) {
    ChatReading chat;
    EXPECT_EQ(chat.text(R"({"error":null,"choices":[{"delta":{"content":"a"}}]})"), "a");
    EXPECT_TRUE(chat.read(R"({"object":"ping"})").ok());
}

TEST(FaultC, C7_EventThatIsNotJsonIsADecodeError) {
    ChatReading chat;
    for (const char* const json :
         {"", " ", "hello", "[]", "[1]", "null", "3", "\"text\"", "{", "{]", R"({"choices":[})",
          R"({"choices":[{"index":0]})", R"({"choices":[{"delta":{"content":"cut)",
          R"({"choices":[]} trailing)", R"({"choices":[]}{})", R"({"choices" []})",
          R"({"choices":[{"delta":{"content":"a" "b"}}]})", R"({choices:[]})"}) {
        EXPECT_FALSE(chat.decode_problem(json).empty()) << json;
    }
    EXPECT_EQ(chat.text(content_event("next")), "next");
}

TEST(FaultC, C7_BadEscapesAreDecodeErrors) {
    ChatReading chat;
    for (const std::string escaped : {R"(\x41)", R"(\u12)", R"(\u12g4)", R"(a\ud83d\x)"}) {
        EXPECT_FALSE(chat.decode_problem(content_event(escaped)).empty()) << escaped;
    }
}

TEST(FaultC, C8_InvalidUtf8IsADecodeError) {
    ChatReading chat;
    for (const std::string bytes : {"\xFF", "\xC3", "\xED\xA0\xBD", "\xF0\x9F\x98"}) {
        EXPECT_FALSE(chat.decode_problem(content_event("a" + bytes)).empty());
    }
}

TEST(FaultC, C10_NulCharactersAreKept) {
    ChatReading chat;
    EXPECT_EQ(chat.text(content_event(R"(a\u0000b)")), "a\0b"s);
    EXPECT_FALSE(chat.decode_problem(content_event("a\0b"s)).empty()) << "must be escaped in JSON";
}

TEST(FaultC, C12_DeepNestingIsALimitError) {
    ChatReading chat;
    const auto with = [](const std::string& value) {
        return R"({"choices":[{"delta":{"content":"a"}}],"x":)" + value + "}";
    };
    EXPECT_EQ(chat.text(with(nested(255))), "a");
    EXPECT_EQ(chat.error(with(nested(256))).kind, ErrorKind::limit);
    EXPECT_EQ(chat.error(with(nested(100'000))).kind, ErrorKind::limit);
    EXPECT_EQ(chat.error(nested(100'000)).kind, ErrorKind::limit);
    EXPECT_EQ(chat.text(with("\"" + std::string(1000, '[') + "\"")), "a") << "text is not nesting";
    EXPECT_EQ(chat.text(with("[" + nested(2) + std::string(2000, ' ') + "]")), "a");
}

TEST(FaultC, C13_WrongTypesNameTheirPlace) {
    ChatReading chat;
    EXPECT_NE(chat.decode_problem(R"({"choices":7})").find("choices"), std::string::npos);
    EXPECT_NE(chat.decode_problem(R"({"choices":[7]})").find("choices[0]"), std::string::npos);
    EXPECT_NE(chat.decode_problem(delta_event("[]")).find("choices[0].delta"), std::string::npos);
    EXPECT_NE(
        chat.decode_problem(delta_event(R"({"content":[]})")).find("choices[0].delta.content"),
        std::string::npos);
    EXPECT_NE(chat.decode_problem(chat_event(R"("index":"0")")).find("choices[0].index"),
              std::string::npos);
    EXPECT_NE(chat.decode_problem(chat_event(R"("finish_reason":1)")).find("finish_reason"),
              std::string::npos);
    EXPECT_NE(chat.decode_problem(delta_event(R"({"tool_calls":{}})")).find("delta.tool_calls"),
              std::string::npos);
}

TEST(FaultC, C13_UnreadablePartsLeaveTheChunkEmptyAndTheDeltaReadable) {
    ChatReading chat;
    const auto delta = chat.read(R"({"choices":[{"delta":{"content":"a"}}],"usage":7})").value();
    EXPECT_EQ(delta.text(), "a");
    EXPECT_TRUE(delta.chunk().choices.empty());
    const Error* problem = chat.reader.chunk_error();
    ASSERT_NE(problem, nullptr);
    EXPECT_EQ(problem->kind, ErrorKind::decode);
    EXPECT_NE(problem->message.find("usage"), std::string::npos);
    EXPECT_EQ(chat.read(content_event("b"))->chunk().choices.size(), 1u);
    EXPECT_EQ(chat.reader.chunk_error(), nullptr);
}

TEST(FaultC, C13_OddNumbersAndRepeatedKeysAreTolerated) {
    ChatReading chat;
    EXPECT_EQ(chat.read(chat_event(R"("index":1.0,"delta":{"content":"a"})"))->index(), 1);
    EXPECT_EQ(chat.read(chat_event(R"("index":null,"delta":{"content":"a"})"))->index(), 0);
    EXPECT_EQ(chat.text(R"({"created":1e400,"choices":[{"delta":{"content":"a"}}]})"), "a");
    EXPECT_EQ(chat.text(delta_event(R"({"content":"a","content":"b"})")), "b");
    const auto twice =
        chat.read(R"({"choices":[{},{}],"choices":[{"delta":{"content":"a"}}]})").value();
    EXPECT_EQ(twice.choice_count(), 1u);
    EXPECT_EQ(twice.chunk().choices.size(), 1u);
    EXPECT_TRUE(chat.read("{}").ok());
}

TEST(FaultC, C14_UnknownFieldsStayInTheJson) {
    ChatReading chat;
    const std::string json = R"({"new":{"a":[1,{}]},"choices":[{"new":1,"delta":{"content":"a",)"
                             R"("new":[]}}]})";
    const auto delta = chat.read(json).value();
    EXPECT_EQ(delta.text(), "a");
    EXPECT_EQ(delta.json(), json);
}

TEST(FaultC, C15_EventsWithoutContentHaveNone) {
    ChatReading chat;
    for (
        const std::string& json :
        {R"({"choices":[]})"s, R"({"choices":null})"s, R"({})"s, delta_event("{}"),
         delta_event("null"), delta_event(R"({"role":"assistant","content":""})"),
         delta_event(R"({"content":null,"tool_calls":[]})"),
         R"({"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}})"s}) {
        EXPECT_FALSE(chat.read(json).value().has_content()) << json;
    }
}

TEST(FaultC, C15_UsageOnlyEventCarriesUsage) {
    ChatReading chat;
    const auto delta = chat.read(R"({"choices":[],"usage":{"prompt_tokens":3,"total_tokens":5,)"
                                 R"("completion_tokens":2}})")
                           .value();
    EXPECT_TRUE(delta.has_usage());
    EXPECT_EQ(delta.choice_count(), 0u);
    EXPECT_EQ(delta.usage()->completion_tokens, 2);
    EXPECT_FALSE(chat.read(R"({"choices":[],"usage":null})")->has_usage());
}

TEST(FaultC, C16_IndexOutOfRangeIsALimitError) {
    ChatReading chat;
    EXPECT_EQ(chat.read(content_event("a", 1024))->index(), 1024);
    EXPECT_EQ(chat.error(content_event("a", 1025)).kind, ErrorKind::limit);
    EXPECT_EQ(chat.error(content_event("a", -1)).kind, ErrorKind::limit);
    EXPECT_EQ(chat.error(chat_event(R"("index":1e300,"delta":{})")).kind, ErrorKind::limit);
}

TEST(FaultC, C17_ToolCallFragmentsAreDelivered) {
    ChatReading chat;
    const auto delta =
        chat
            .read(delta_event(
                R"({"tool_calls":[{"id":"call-1","type":"function","index":2,"function":{"name":"f",)"
                R"("arguments":"{\"a\""}},{"index":3,"function":{"name":null}},{"index":4}]})"))
            .value();
    EXPECT_TRUE(delta.has_tool_calls());
    EXPECT_TRUE(delta.has_content());
    ASSERT_EQ(delta.tool_calls().size(), 3u);
    EXPECT_EQ(delta.tool_calls()[0].index, 2);
    EXPECT_EQ(delta.tool_calls()[0].id, "call-1");
    EXPECT_EQ(delta.tool_calls()[0].name, "f");
    EXPECT_EQ(delta.tool_calls()[0].arguments, R"({"a")");
    EXPECT_EQ(delta.tool_calls()[1].arguments, "");
    EXPECT_EQ(delta.tool_calls()[2].index, 4);
}

TEST(FaultC, C21_NullContentAndMinusInfinityAreAccepted) {
    ChatReading chat;
    const auto delta =
        chat
            .read(chat_event(
                R"("delta":{"content":null},"logprobs":{"content":[{"token":"a","logprob":-9999.0,)"
                R"("bytes":null,"top_logprobs":null}]})"))
            .value();
    EXPECT_EQ(delta.text(), "");
    EXPECT_EQ(delta.chunk().choices.at(0).logprobs.at(0).logprob, -9999.0);
    EXPECT_EQ(chat.reader.chunk_error(), nullptr);
}

}  // namespace
}  // namespace vllm_client::wire
