// SPDX-License-Identifier: Apache-2.0
#include "wire/chat_accumulator.h"

#include <gtest/gtest.h>

#include <random>

#include "wire/chat_chunk.h"
#include "wire/chunk_input.h"
#include "wire/recorded.h"
#include "wire/stream_end.h"
#include "wire/stream_input.h"

namespace vllm_client::wire {
namespace {

/// A chat being streamed.
class ChatCollecting {
 public:
    Result<void> add(const std::string& json) {
        return answer.add(reader.read(store(json)).value());
    }
    ChatCollecting& with(const std::string& json) {
        EXPECT_TRUE(add(json).ok()) << json;
        return *this;
    }
    ChatReply finish() { return std::move(answer).finish(); }

    EventStore store;
    detail::ChatChunkReader reader;
    ChatAccumulator answer;
};

ChatReply collect(const std::string& stream) {
    ChatCollecting chat;
    for (const std::string& data : data_of(stream)) {
        if (!is_stream_end(data)) chat.with(data);
    }
    return chat.finish();
}

TEST(ChatAccumulator, CollectsARecordedStream) {
    const ChatReply reply = collect(recorded("chat_stream.sse"));
    EXPECT_EQ(reply.id, "chatcmpl-9ad587d37f1663e4");
    EXPECT_EQ(reply.model, "tiny");
    EXPECT_EQ(reply.created, 1795467496);
    EXPECT_EQ(reply.system_fingerprint, "vllm-0.32.0-c4f7d9cb");
    ASSERT_EQ(reply.choices.size(), 1u);
    EXPECT_EQ(reply.choices[0].message.role, "assistant");
    EXPECT_EQ(reply.text(), "execexecexecexecexecexec6666");
    EXPECT_EQ(reply.finish_reason(), FinishReason::length);
    ASSERT_TRUE(reply.usage);
    EXPECT_EQ(reply.usage->completion_tokens, 8);
    EXPECT_EQ(reply.usage->cached_tokens, 0);
}

TEST(ChatAccumulator, CollectsTokenIdsAndLogprobs) {
    const ChatReply ids = collect(recorded("chat_stream_token_ids.sse"));
    EXPECT_EQ(ids.prompt_token_ids, (std::vector<std::int64_t>{2, 1397, 1, 3}));
    ASSERT_TRUE(ids.usage);
    EXPECT_EQ(static_cast<std::int64_t>(ids.choices.at(0).token_ids.size()),
              ids.usage->completion_tokens);
    const ChatReply logprobs = collect(recorded("chat_stream_logprobs.sse"));
    ASSERT_EQ(logprobs.choices.at(0).logprobs.size(), 4u);
    EXPECT_EQ(logprobs.choices[0].logprobs[0].token, "exec");
    EXPECT_EQ(logprobs.choices[0].logprobs[0].top_logprobs.size(), 2u);
}

TEST(ChatAccumulator, CollectsRecordedToolCalls) {
    for (const char* const name :
         {"chat_stream_tools_named.sse", "chat_stream_tools_required.sse"}) {
        const ChatReply reply = collect(recorded(name));
        ASSERT_EQ(reply.choices.at(0).message.tool_calls.size(), 1u) << name;
        const ToolCall& call = reply.choices[0].message.tool_calls[0];
        EXPECT_EQ(call.name, "get_weather");
        EXPECT_EQ(call.id.rfind("chatcmpl-tool-", 0), 0u);
        EXPECT_TRUE(call.complete) << call.arguments;
        EXPECT_TRUE(JsonText(call.arguments).is_object());
    }
}

TEST(ChatAccumulator, CollectsReasoning) {
    ChatCollecting chat;
    chat.with(delta_event(R"({"role":"assistant","reasoning":"so "})"))
        .with(delta_event(R"({"reasoning":"be it"})"))
        .with(delta_event(R"({"reasoning":".","content":"yes"})"));
    const ChatReply reply = chat.finish();
    EXPECT_EQ(reply.choices.at(0).message.reasoning, "so be it.");
    EXPECT_EQ(reply.text(), "yes");
}

TEST(ChatAccumulator, FinishingEventMayCarryContent) {
    ChatCollecting chat;
    chat.with(content_event("a")).with(content_event("b", 0, R"("stop")"));
    EXPECT_TRUE(chat.answer.all_finished());
    EXPECT_EQ(chat.finish().text(), "ab");
}

TEST(ChatAccumulator, FinalUsageWinsOverRunningUsage) {
    const ChatReply reply = collect(recorded("chat_stream_continuous_usage.sse"));
    ASSERT_TRUE(reply.usage);
    EXPECT_EQ(reply.usage->prompt_tokens, 4);
    EXPECT_EQ(reply.usage->completion_tokens, 8);
    EXPECT_EQ(reply.usage->cached_tokens, 0) << "only the final one says so";
}

TEST(ChatAccumulator, RunningUsageIsSummedOverChoices) {
    const auto running = [](int index, int tokens) {
        return R"({"choices":[{"index":)" + std::to_string(index) +
               R"(,"delta":{"content":"x"}}],"usage":{"prompt_tokens":5,"completion_tokens":)" +
               std::to_string(tokens) + R"(,"total_tokens":)" + std::to_string(5 + tokens) + "}}";
    };
    ChatCollecting chat;
    chat.with(running(0, 1)).with(running(1, 1)).with(running(0, 2)).with(running(1, 7));
    const ChatReply reply = chat.finish();
    ASSERT_TRUE(reply.usage);
    EXPECT_EQ(reply.usage->prompt_tokens, 5);
    EXPECT_EQ(reply.usage->completion_tokens, 9);
    EXPECT_EQ(reply.usage->total_tokens, 14);
}

TEST(ChatAccumulator, KnowsWhenAllChoicesHaveFinished) {
    ChatCollecting chat;
    EXPECT_FALSE(chat.answer.all_finished());
    chat.with(content_event("a", 0, R"("stop")")).with(content_event("b", 1));
    EXPECT_FALSE(chat.answer.all_finished());
    chat.with(content_event("", 1, R"("stop")")).with(content_event("", 1, R"("stop")"));
    EXPECT_TRUE(chat.answer.all_finished());
}

TEST(FaultC, C3_PrefixOfACutStreamIsExact) {
    ChatCollecting chat;
    EXPECT_TRUE(chat.answer.partial_text().empty());
    chat.with(content_event("", 2))
        .with(content_event(R"(a\n)", 0))
        .with(content_event("c", 2))
        .with(content_event(R"(b\ud83d)", 0));
    EXPECT_EQ(chat.answer.partial_text(), (std::vector<std::string>{"a\nb", "", "c"}));
    EXPECT_FALSE(chat.answer.all_finished());
}

TEST(FaultC, C13_UnreadablePartsOfAnEventAreDecodeErrors) {
    ChatCollecting chat;
    chat.with(content_event("a"));
    const auto added = chat.add(R"({"choices":[{"delta":{"content":"b"}}],"usage":"many"})");
    ASSERT_FALSE(added.ok());
    EXPECT_EQ(added.error().kind, ErrorKind::decode);
    EXPECT_NE(added.error().message.find("usage"), std::string::npos);
    EXPECT_EQ(chat.answer.partial_text(), std::vector<std::string>{"a"});
}

TEST(FaultC, C15_EventsWithoutChoicesAddNothing) {
    ChatCollecting chat;
    chat.with("{}").with(R"({"choices":[]})").with(R"({"type":"ping"})");
    EXPECT_TRUE(chat.answer.partial_text().empty());
    EXPECT_FALSE(chat.answer.all_finished());
    const ChatReply reply = chat.finish();
    EXPECT_TRUE(reply.choices.empty());
    EXPECT_FALSE(reply.usage);
}

TEST(FaultC, C16_InterleavedChoicesAreCollectedByIndex) {
    constexpr int choices = 1025;
    ChatCollecting chat;
    std::mt19937 random(7);
    std::vector<std::string> expected(choices);
    for (int i = 0; i < 20'000; ++i) {
        const int index = static_cast<int>(random() % choices);
        const std::string piece = std::to_string(i) + ",";
        expected[static_cast<std::size_t>(index)] += piece;
        chat.with(content_event(piece, index));
    }
    EXPECT_EQ(chat.answer.partial_text(), expected);
    const ChatReply reply = chat.finish();
    ASSERT_EQ(reply.choices.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_EQ(reply.choices[i].index, static_cast<std::int64_t>(i));
        EXPECT_EQ(reply.choices[i].message.content, expected[i]);
    }
}

TEST(FaultC, C16_RecordedChoicesInterleave) {
    const ChatReply reply = collect(recorded("chat_stream_n2.sse"));
    ASSERT_EQ(reply.choices.size(), 2u);
    for (const ChatChoice& choice : reply.choices) {
        EXPECT_FALSE(choice.message.content.empty());
        EXPECT_EQ(choice.finish_reason, FinishReason::length);
    }
    EXPECT_EQ(reply.usage->completion_tokens, 16);
}

TEST(FaultC, C16_SeveralChoicesInOneEventAreCollected) {
    ChatCollecting chat;
    const std::string both = R"({"choices":[{"index":1,"delta":{"content":"b"}},)"
                             R"({"index":0,"delta":{"content":"a"}}]})";
    chat.with(both).with(both);
    const ChatReply reply = chat.finish();
    ASSERT_EQ(reply.choices.size(), 2u);
    EXPECT_EQ(reply.choices[0].message.content, "aa");
    EXPECT_EQ(reply.choices[1].message.content, "bb");
    ChatCollecting bad;
    const auto added =
        bad.add(R"({"choices":[{"index":0,"delta":{}},{"index":-1,"delta":{"content":"x"}}]})");
    ASSERT_FALSE(added.ok());
    EXPECT_EQ(added.error().kind, ErrorKind::limit);
}

std::string tool_event(const std::string& call) {
    return delta_event(R"({"tool_calls":[)" + call + "]}");
}

TEST(FaultC, C17_ToolCallsInFragmentsAreJoinedByIndex) {
    ChatCollecting chat;
    chat.with(tool_event(R"({"index":1,"id":"b","function":{"name":"g","arguments":""}})"))
        .with(tool_event(R"({"index":0,"id":"a","function":{"name":"f"}},)"
                         R"({"index":1,"function":{"arguments":"{\"x\""}})"))
        .with(tool_event(R"({"index":0,"id":"a","function":{"name":"f","arguments":"{}"}})"))
        .with(tool_event(R"({"index":1,"function":{"arguments":":1}"}})"));
    const auto calls = chat.finish().choices.at(0).message.tool_calls;
    ASSERT_EQ(calls.size(), 2u);
    EXPECT_EQ(calls[0].id, "a");
    EXPECT_EQ(calls[0].name, "f");
    EXPECT_EQ(calls[0].arguments, "{}");
    EXPECT_EQ(calls[1].id, "b");
    EXPECT_EQ(calls[1].arguments, R"({"x":1})");
    EXPECT_TRUE(calls[0].complete && calls[1].complete);
}

TEST(FaultC, C17_ArgumentsNeverCompletedAreMarked) {
    ChatCollecting chat;
    chat.with(tool_event(R"({"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":"}})"))
        .with(content_event("", 0, R"("length")"));
    const auto calls = chat.finish().choices.at(0).message.tool_calls;
    ASSERT_EQ(calls.size(), 1u);
    EXPECT_EQ(calls[0].arguments, R"({"x":)");
    EXPECT_FALSE(calls[0].complete);
}

TEST(FaultC, C17_TooManyToolCallsAreALimitError) {
    ChatCollecting chat;
    const auto call = [](int index) {
        return tool_event("{\"index\":" + std::to_string(index) + "}");
    };
    for (int i = 0; i < 1024; ++i)
        chat.with(call(i * 3 - 5));
    const auto added = chat.add(call(9'999));
    ASSERT_FALSE(added.ok());
    EXPECT_EQ(added.error().kind, ErrorKind::limit);
    EXPECT_TRUE(chat.add(call(-5)).ok()) << "one that is known";
}

TEST(FaultC, C21_LogprobsOfMinusInfinityAreCollected) {
    ChatCollecting chat;
    chat.with(content_event("a"))
        .with(chat_event(R"("delta":{"content":null},"logprobs":{"content":[{"token":"a",)"
                         R"("logprob":-9999.0}]})"));
    EXPECT_EQ(chat.finish().choices.at(0).logprobs.at(0).logprob, -9999.0);
}

}  // namespace
}  // namespace vllm_client::wire
