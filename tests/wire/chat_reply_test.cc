// SPDX-License-Identifier: Apache-2.0
#include "wire/chat_reply.h"

#include <gtest/gtest.h>

#include <cmath>

#include "wire/json_reader.h"
#include "wire/recorded.h"

namespace vllm_client::wire {
namespace {

Result<ChatReply> read(std::string body) {
    pad(body);
    return read_chat_reply(body);
}

std::string reply_with_message(const std::string& message) {
    return R"({"choices":[{"index":0,"message":)" + message + "}]}";
}

std::string decode_problem(const std::string& body) {
    const auto reply = read(body);
    EXPECT_FALSE(reply.ok()) << body;
    if (reply.ok()) return {};
    EXPECT_EQ(reply.error().kind, ErrorKind::decode);
    EXPECT_EQ(reply.error().reach, Reach::executed);
    return reply.error().message;
}

TEST(ChatReply, ReadsARecordedReply) {
    const auto reply = read(recorded("chat.json")).value();
    EXPECT_EQ(reply.id.rfind("chatcmpl-", 0), 0u);
    EXPECT_EQ(reply.model, "tiny");
    EXPECT_GT(reply.created, 1'700'000'000);
    ASSERT_EQ(reply.choices.size(), 1u);
    EXPECT_EQ(reply.choices[0].message.role, "assistant");
    EXPECT_FALSE(reply.text().empty());
    EXPECT_TRUE(reply.finish_reason().has_value());
    ASSERT_TRUE(reply.usage.has_value());
    EXPECT_EQ(reply.usage->total_tokens,
              reply.usage->prompt_tokens + reply.usage->completion_tokens);
    EXPECT_EQ(reply.system_fingerprint.rfind("vllm-", 0), 0u);
    EXPECT_TRUE(reply.extra.empty());
    EXPECT_TRUE(reply.choices[0].extra.empty());
    EXPECT_TRUE(reply.choices[0].message.extra.empty());
}

TEST(ChatReply, ReadsRecordedLogprobs) {
    const auto reply = read(recorded("chat_logprobs.json")).value();
    const auto& tokens = reply.choices.at(0).logprobs;
    ASSERT_FALSE(tokens.empty());
    EXPECT_EQ(tokens[0].token, "exec");
    EXPECT_NEAR(tokens[0].logprob, -7.30796, 1e-4);
    EXPECT_EQ(tokens[0].bytes, (std::vector<std::uint8_t>{101, 120, 101, 99}));
    ASSERT_EQ(tokens[0].top_logprobs.size(), 2u);
    EXPECT_EQ(tokens[0].top_logprobs[1].token, " Error");
}

TEST(ChatReply, ReadsRecordedToolCalls) {
    for (const char* file : {"chat_tools_named.json", "chat_tools_required.json"}) {
        const auto reply = read(recorded(file)).value();
        const auto& calls = reply.choices.at(0).message.tool_calls;
        ASSERT_EQ(calls.size(), 1u) << file;
        EXPECT_FALSE(calls[0].id.empty());
        EXPECT_FALSE(calls[0].name.empty());
        EXPECT_TRUE(calls[0].complete) << calls[0].arguments;
    }
}

TEST(ChatReply, ReadsARecordedBatchInOrder) {
    const auto reply = read(recorded("chat_batch.json")).value();
    ASSERT_GE(reply.choices.size(), 2u);
    for (std::size_t i = 0; i < reply.choices.size(); ++i) {
        EXPECT_EQ(reply.choices[i].index, static_cast<std::int64_t>(i));
    }
}

TEST(ChatReply, SortsChoicesByIndex) {
    const auto reply = read(R"({"choices":[{"index":1,"message":{"content":"b"}},)"
                            R"({"index":0,"message":{"content":"a"}}]})")
                           .value();
    EXPECT_EQ(reply.text(), "a");
    EXPECT_EQ(reply.choices[1].message.content, "b");
}

TEST(ChatReply, TakesBothNamesOfReasoning) {
    EXPECT_EQ(read(reply_with_message(R"({"reasoning":"r","reasoning_content":null})"))
                  .value()
                  .choices[0]
                  .message.reasoning,
              "r");
    EXPECT_EQ(read(reply_with_message(R"({"reasoning_content":"old"})"))
                  .value()
                  .choices[0]
                  .message.reasoning,
              "old");
}

TEST(ChatReply, TellsCompleteToolArgumentsFromCutOnes) {
    const auto reply = read(reply_with_message(
        R"({"tool_calls":[{"id":"1","function":{"name":"f","arguments":"{\"a\":1}"}},)"
        R"({"id":"2","function":{"name":"g","arguments":"{\"a\":"}}]})"));
    const auto& calls = reply->choices[0].message.tool_calls;
    EXPECT_TRUE(calls[0].complete);
    EXPECT_EQ(calls[0].arguments, R"({"a":1})");
    EXPECT_FALSE(calls[1].complete);
}

TEST(ChatReply, StopReasonIsTextOrTokenOrNothing) {
    const auto stop_reason = [](const std::string& json) {
        return read(R"({"choices":[{"index":0,"stop_reason":)" + json + "}]}")
            ->choices[0]
            .stop_reason;
    };
    EXPECT_EQ(stop_reason("null"), StopReason());
    EXPECT_EQ(stop_reason("\"END\""), StopReason("END"));
    EXPECT_EQ(stop_reason("128001"), StopReason(std::int64_t{128001}));
    EXPECT_EQ(read(R"({"choices":[{"index":0,"matched_stop":7}]})")->choices[0].stop_reason,
              StopReason(std::int64_t{7}));
}

TEST(ChatReply, LoneSurrogatesBecomeReplacementCharacters) {
    EXPECT_EQ(read(reply_with_message(R"({"content":"a\ud83d\"b\ude00\ud83d\ude00\n"})"))->text(),
              "a\uFFFD\"b\uFFFD😀\n");
}

TEST(ChatReply, KeepsNulInText) {
    EXPECT_EQ(read(reply_with_message(R"({"content":"a\u0000b"})"))->text(),
              std::string("a\0b", 3));
}

TEST(FaultC, C13_HarmlessOdditiesAreTolerated) {
    const auto reply = read(R"( {"id":1e0,"id":"x","created":1.9e9,"choices":[{"index":0.0,)"
                            R"("message":{"content":null,"tool_calls":null},"logprobs":null}],)"
                            R"("usage":{"prompt_tokens":99999999999999999999}} )");
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.error().message, "cannot read the chat reply at id: expected a string");
    const auto tolerated = read(R"( {"id":null,"id":"x","created":1.9e9,"choices":[{"index":0.0,)"
                                R"("message":{"content":null,"tool_calls":null},"logprobs":null}],)"
                                R"("usage":{"prompt_tokens":99999999999999999999}} )")
                               .value();
    EXPECT_EQ(tolerated.id, "x");
    EXPECT_EQ(tolerated.created, 1'900'000'000);
    EXPECT_EQ(tolerated.text(), "");
    EXPECT_GT(tolerated.usage->prompt_tokens, std::int64_t{9'000'000'000'000'000'000});
}

TEST(FaultC, C13_WrongTypesNameThePath) {
    EXPECT_EQ(decode_problem(R"({"choices":[{"index":0},{"index":1,"message":{"content":[1]}}]})"),
              "cannot read the chat reply at choices[1].message.content: expected a string");
    EXPECT_EQ(
        decode_problem(R"({"choices":{}})").rfind("cannot read the chat reply at choices: ", 0),
        0u);
    EXPECT_EQ(decode_problem(R"({"choices":[{"index":"0"}]})"),
              "cannot read the chat reply at choices[0].index: expected a number");
    EXPECT_EQ(
        decode_problem(R"({"choices":[3]})").rfind("cannot read the chat reply at choices[0]: ", 0),
        0u);
}

TEST(FaultC, C13_MissingChoicesAreADecodeError) {
    EXPECT_EQ(decode_problem(R"({"id":"x"})"),
              "cannot read the chat reply at choices: missing or empty");
    EXPECT_EQ(decode_problem(R"({"id":"x","choices":[]})"),
              "cannot read the chat reply at choices: missing or empty");
}

TEST(FaultC, C14_UnknownFieldsAreKept) {
    const auto reply =
        read(R"({"new":{"a": [1, 2]},"none":null,"timings":1.5,"choices":[{"index":0,)"
             R"("extra\n":"x","message":{"content":"","audio":{"id":1}}}]})")
            .value();
    EXPECT_EQ(reply.extra.text(), R"({"new":{"a": [1, 2]},"timings":1.5})");
    EXPECT_EQ(reply.choices[0].extra.text(), R"({"extra\n":"x"})");
    EXPECT_EQ(reply.choices[0].message.extra.text(), R"({"audio":{"id":1}})");
}

TEST(FaultC, C14_UnknownFieldsThatAreNotJsonAreRefused) {
    for (const char* member : {R"("a\xb":1)", R"("a\u12":1)", R"("a":tru)", R"("a":[1,])",
                               R"("a":01)", R"("a":"\q")", R"("a":NaN)", R"("a":{"b" 1})"}) {
        decode_problem("{" + std::string(member) + R"(,"choices":[{}]})");
    }
}

TEST(ChatReply, LargeRepliesAreRead) {
    const std::string text(3'000'000, 'x');
    EXPECT_TRUE(read(reply_with_message("{\"content\":\"" + text + "\"}"))->text() == text);
}

TEST(FaultC, C12_DeepNestingIsALimitError) {
    const std::string open(100'000, '[');
    const std::string close(100'000, ']');
    for (const std::string& body :
         {R"({"x":)" + open + close + "}", R"({"x":)" + open, open + close, open,
          R"({"choices":)" + open + close + "}", std::string(100'000, '{')}) {
        const auto reply = read(body);
        ASSERT_FALSE(reply.ok());
        EXPECT_EQ(reply.error().kind, ErrorKind::limit) << reply.error().message;
    }
}

TEST(FaultC, C21_NegativeInfinityAndNullAreAccepted) {
    const auto reply =
        read(R"({"choices":[{"index":0,"message":{"content":null},"logprobs":{"content":[)"
             R"({"token":"a","logprob":-9999.0,"bytes":null,"top_logprobs":[]},)"
             R"({"token":"b","logprob":-Infinity},{"token":"c","logprob":null}]}}]})")
            .value();
    const auto& tokens = reply.choices[0].logprobs;
    ASSERT_EQ(tokens.size(), 3u);
    EXPECT_EQ(tokens[0].logprob, -9999.0);
    EXPECT_EQ(tokens[1].logprob, -HUGE_VAL);
    EXPECT_EQ(tokens[2].logprob, -HUGE_VAL);
}

TEST(FaultC, C8_InvalidUtf8IsADecodeError) {
    decode_problem(reply_with_message("{\"content\":\"\xff\"}"));
    decode_problem(reply_with_message("{\"content\":\"\xed\xa0\x80\"}"));
}

TEST(FaultB, B15_EmptyBodyIsADecodeError) {
    for (const char* body : {"", " \r\n"}) {
        EXPECT_EQ(decode_problem(body), "cannot read the chat reply: empty body");
    }
}

TEST(FaultC, C7_WhatIsNotAnObjectIsADecodeError) {
    for (const char* body :
         {"null", "1", "[]", "\"x\"", "<html></html>", "{", "{\"id\":\"x\"", "{\"id\":\"x",
          "{\"choices\":[{}]} x", "{\"choices\":[{}]}{}", "{\"choices\":[{\"index\":nul}]}",
          "{\"x\":tru,\"choices\":[{}]}", "{\"x\":[1 2],\"choices\":[{}]}"}) {
        decode_problem(body);
    }
}

TEST(FaultC, EveryPrefixOfARecordedReplyIsAnError) {
    const std::string body = recorded("chat_logprobs.json");
    for (std::size_t size = 0; size < body.size(); ++size) {
        EXPECT_FALSE(read(body.substr(0, size)).ok()) << size;
    }
}

TEST(FaultD, D9_ErrorObjectInsideA200IsAnHttpError) {
    const auto reply =
        read(R"({"error":{"message":"no room","type":"BadRequestError","code":400}})");
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.error().kind, ErrorKind::http);
    EXPECT_EQ(reply.error().http_status, 400);
    EXPECT_EQ(reply.error().server.message, "no room");
    EXPECT_FALSE(reply.error().retryable);
}

}  // namespace
}  // namespace vllm_client::wire
