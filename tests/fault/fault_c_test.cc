// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "fault/served_client.h"

namespace vllm_client::fault {
namespace {

using support::chat_chunk;
using support::chat_finish_chunk;
using support::chat_role_chunk;
using support::chunk;
using support::sse_done;
using support::sse_event;
using support::sse_reply_head;

std::string text_event(std::string_view text) {
    return sse_event(chat_chunk(text));
}
std::string finish_event() {
    return sse_event(chat_finish_chunk());
}

// The events of a choice by hand, for what the helpers do not write.
std::string choice_event(const std::string& choice) {
    return sse_event(R"({"id":"c","object":"chat.completion.chunk","created":1,"model":"m",)"
                     R"("choices":[)" +
                     choice + "]}");
}
std::string delta_event(const std::string& delta, int index = 0) {
    return choice_event(R"({"index":)" + std::to_string(index) + R"(,"delta":)" + delta +
                        R"(,"finish_reason":null})");
}
std::string finish_of(int index) {
    return choice_event(R"({"index":)" + std::to_string(index) +
                        R"(,"delta":{},"finish_reason":"stop"})");
}

// What the client makes of a stream with these bytes; then it must still work.
Result<ChatReply> collected(const std::vector<std::string>& pieces, ClientOptions options = {}) {
    const ServedClient client({ServedClient::answer_once(stream_of(pieces))}, std::move(options));
    auto reply = client.stream();
    client.expect_works();
    return reply;
}

void expect_text(const std::vector<std::string>& pieces, const std::string& text) {
    const auto reply = collected(pieces);
    ASSERT_TRUE(reply.ok()) << reply.error().to_string();
    EXPECT_EQ(reply->text(), text);
}

void expect_error(const Result<ChatReply>& reply, ErrorKind kind, const std::string& prefix) {
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.error().kind, kind) << reply.error().to_string();
    ASSERT_FALSE(reply.error().partial.empty());
    EXPECT_EQ(reply.error().partial[0], prefix);
}

TEST(FaultC, C1_EventsCutAnywhereAreTheSameEvents) {
    const std::string bytes =
        text_event("h\xC3\xA9llo") + ": alive\r\n\r\n" + finish_event() + sse_done();
    // Each split is a body of its own: two chunks that arrive as two reads.
    for (std::size_t at = 1; at < bytes.size(); at += 7) {
        const ServedClient client(
            {{support::read_request(), support::send(sse_reply_head()),
              support::send(chunk(bytes.substr(0, at))),
              support::pause(std::chrono::milliseconds(1)),
              support::send(chunk(bytes.substr(at)) + "0\r\n\r\n"), support::close()}});
        const auto reply = client.stream();
        ASSERT_TRUE(reply.ok()) << at << ": " << reply.error().to_string();
        EXPECT_EQ(reply->text(), "h\xC3\xA9llo") << at;
    }
}

TEST(FaultC, C2_EveryFormOfTheGrammarIsRead) {
    const std::string chunk_json = chat_chunk("a");
    const auto comma = chunk_json.find(',');
    expect_text(
        {"\xEF\xBB\xBF"
         "data:" +
             chat_role_chunk() + "\r\r",
         ": a comment\nid: 7\nretry: 1\nunknown: x\ndata: " + chat_chunk("one ") + "\r\n\r\n",
         "data: " + chunk_json.substr(0, comma + 1) + "\ndata: " + chunk_json.substr(comma + 1) +
             "\n\n",
         text_event("\xE2\x80\xA8"), finish_event(), sse_done()},
        "one a\xE2\x80\xA8");
}

TEST(FaultC, C3_CutStreamKeepsPrefix) {
    const std::string begun =
        sse_reply_head() + chunk(sse_event(chat_role_chunk())) + chunk(text_event("Hel"));
    for (const support::Step& end : {support::reset(), support::close()}) {
        // The second text has been sent when the end comes, but its event is incomplete.
        const ServedClient client({{support::read_request(),
                                    support::send(begun + chunk(text_event("lo")) +
                                                  chunk(text_event("cut").substr(0, 30))),
                                    support::pause(std::chrono::milliseconds(50)), end}});
        expect_error(client.stream(), ErrorKind::stream, "Hello");
        client.expect_works();
    }
}

TEST(FaultC, C3_ProperEndOfBodyWithoutFinishReasonIsAnError) {
    expect_error(collected({text_event("Hel"), text_event("lo")}), ErrorKind::stream, "Hello");
}

TEST(FaultC, C4_MissingEndMarkerAfterTheFinishReasonIsAFlaggedSuccess) {
    const auto reply = collected({text_event("Hello"), finish_event()});
    ASSERT_TRUE(reply.ok()) << reply.error().to_string();
    EXPECT_EQ(reply->text(), "Hello");
    EXPECT_TRUE(reply->end_marker_missing);

    const ServedClient cut({ServedClient::answer(sse_reply_head() + chunk(text_event("Hello")) +
                                                 chunk(finish_event()))});
    const auto flagged = cut.stream();
    ASSERT_TRUE(flagged.ok()) << flagged.error().to_string();
    EXPECT_TRUE(flagged->end_marker_missing);
    cut.expect_works();
}

TEST(FaultC, C5_DataAfterTheEndMarkerIsIgnored) {
    expect_text({text_event("Hello"), finish_event(), sse_done(), text_event(" again"), "garbage"},
                "Hello");
}

TEST(FaultC, C5_MuchDataAfterTheEndMarkerDoesNotHoldTheConnection) {
    ClientOptions options;
    options.limits.stream_buffer_bytes = 1024;
    std::vector<std::string> pieces{text_event("Hello"), finish_event(), sse_done()};
    for (int i = 0; i < 100; ++i)
        pieces.push_back(text_event(std::string(1000, 'x')));
    ServedClient client({ServedClient::answer_once(stream_of(pieces))}, options);
    ASSERT_TRUE(client.stream().ok());
    client.expect_works();
    EXPECT_TRUE(
        client.server().wait_until([&] { return client->metrics().pools.at(0).in_use == 0; }));
}

TEST(FaultC, C6_ErrorEventInside200CarriesTheServersWords) {
    const auto reply = collected(
        {text_event("Hel"),
         sse_event(support::error_body(500, "InternalServerError", "engine died")), sse_done()});
    expect_error(reply, ErrorKind::stream, "Hel");
    EXPECT_EQ(reply.error().server.message, "engine died");
    EXPECT_EQ(reply.error().server.type, "InternalServerError");
    EXPECT_EQ(reply.error().server.code, "500");
}

TEST(FaultC, C7_AnEventThatIsNotJsonIsADecodeError) {
    expect_error(collected({text_event("Hel"), sse_event("oops"), text_event("lo")}),
                 ErrorKind::decode, "Hel");
}

TEST(FaultC, C8_InvalidUtf8IsADecodeError) {
    expect_error(collected({text_event("Hel"), text_event("\xFF\xFE"), finish_event(), sse_done()}),
                 ErrorKind::decode, "Hel");
}

TEST(FaultC, C9_ASurrogatePairSplitOverTwoDeltasIsOneCharacter) {
    const ServedClient client({ServedClient::answer_once(
        stream_of({delta_event(R"({"content":"a\ud83d"})"), delta_event(R"({"content":"\ude00b"})"),
                   finish_event(), sse_done()}))});
    std::string text;
    auto stream = client->chat_stream(ask());
    for (auto& delta : stream) {
        text += delta.text();
        EXPECT_NE(text, "a\xED\xA0\xBD");
    }
    EXPECT_EQ(text,
              "a\xF0\x9F\x98\x80"
              "b");
    client.expect_works();
}

TEST(FaultC, C10_NulBytesAreText) {
    const auto reply =
        collected({delta_event(R"({"content":"a\u0000b"})"), finish_event(), sse_done()});
    ASSERT_TRUE(reply.ok()) << reply.error().to_string();
    EXPECT_EQ(reply->text(), std::string("a\0b", 3));
}

TEST(FaultC, C11_ALineWithoutEndIsALimitError) {
    ClientOptions options;
    options.limits.event_bytes = 64UL * 1024;
    const ServedClient client({{support::read_request(), support::send(sse_reply_head()),
                                support::send(chunk(text_event("Hel"))),
                                support::send_endlessly(chunk("data: " + std::string(4096, 'x')))}},
                              options);
    expect_error(client.stream(), ErrorKind::limit, "Hel");
    client.expect_works();
}

TEST(FaultC, C12_JsonNestedTooDeepIsALimitError) {
    const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
    const auto reply = collected({text_event("Hel"), sse_event(R"({"choices":)" + deep + "}")});
    ASSERT_FALSE(reply.ok());
    EXPECT_TRUE(reply.error().kind == ErrorKind::limit) << reply.error().to_string();
}

TEST(FaultC, C13_AWrongTypeNamesItsPath) {
    const auto reply = collected({text_event("Hel"), delta_event(R"({"content":7})")});
    expect_error(reply, ErrorKind::decode, "Hel");
    EXPECT_NE(reply.error().message.find("content"), std::string::npos) << reply.error().message;
}

TEST(FaultC, C14_UnknownFieldsAndEventTypesDoNoHarm) {
    expect_text(
        {"event: surprise\ndata: " + chat_chunk("Hel") + "\n\n",
         delta_event(R"({"content":"lo","mood":{"happy":[1,2]}})"), finish_event(), sse_done()},
        "Hello");
}

TEST(FaultC, C15_EmptyDeltasAreNoFirstToken) {
    const ServedClient client({ServedClient::answer_once(
        stream_of({sse_event(chat_role_chunk()), delta_event("{}"), finish_event(),
                   sse_event(R"({"id":"c","created":1,"model":"m","choices":[],"usage":)"
                             R"({"prompt_tokens":3,"completion_tokens":0,"total_tokens":3}})"),
                   sse_done()}))});
    const auto reply = client.stream();
    ASSERT_TRUE(reply.ok()) << reply.error().to_string();
    EXPECT_EQ(reply->text(), "");
    EXPECT_EQ(reply->timing.first_token.count(), 0);
    ASSERT_TRUE(reply->usage);
    EXPECT_EQ(reply->usage->prompt_tokens, 3);
    EXPECT_EQ(client->metrics().first_token.count, 0U);
    client.expect_works();
}

TEST(FaultC, C16_InterleavedChoicesAreCollectedByIndex) {
    const auto reply =
        collected({delta_event(R"({"content":"b1"})", 1), delta_event(R"({"content":"a1"})", 0),
                   delta_event(R"({"content":"b2"})", 1), delta_event(R"({"content":"a2"})", 0),
                   finish_of(1), finish_of(0), sse_done()});
    ASSERT_TRUE(reply.ok()) << reply.error().to_string();
    ASSERT_EQ(reply->choices.size(), 2U);
    EXPECT_EQ(reply->choices[0].message.content, "a1a2");
    EXPECT_EQ(reply->choices[1].message.content, "b1b2");
}

TEST(FaultC, C16_AnIndexBeyondTheBoundIsALimitError) {
    const auto reply =
        collected({text_event("Hel"), delta_event(R"({"content":"x"})", 1'000'000'000)});
    expect_error(reply, ErrorKind::limit, "Hel");
}

TEST(FaultC, C17_AnUnfinishedToolCallIsKeptAndMarked) {
    const auto reply =
        collected({delta_event(R"({"tool_calls":[{"index":0,"id":"t1","type":"function",)"
                               R"("function":{"name":"look","arguments":"{\"ci"}}]})"),
                   delta_event(R"({"tool_calls":[{"index":0,"function":{"arguments":"ty\":"}}]})"),
                   finish_event(), sse_done()});
    ASSERT_TRUE(reply.ok()) << reply.error().to_string();
    const auto& calls = reply->choices.at(0).message.tool_calls;
    ASSERT_EQ(calls.size(), 1U);
    EXPECT_EQ(calls[0].name, "look");
    EXPECT_EQ(calls[0].arguments, "{\"city\":");
    EXPECT_FALSE(calls[0].complete);
}

TEST(FaultC, C18_CommentsAreSignsOfLifeButNoFirstToken) {
    using std::chrono::milliseconds;
    support::Script script{support::read_request(), support::send(sse_reply_head())};
    for (int i = 0; i < 8; ++i) {
        script.push_back(support::pause(milliseconds(100)));
        script.push_back(support::send(chunk(": keep-alive\n\n")));
    }
    script.push_back(
        support::send(chunk(text_event("Hello") + finish_event() + sse_done()) + "0\r\n\r\n"));
    ClientOptions patient;
    patient.timeouts.between_events = milliseconds(500);
    const ServedClient lives({script}, patient);
    const auto reply = lives.stream();
    ASSERT_TRUE(reply.ok()) << reply.error().to_string();
    EXPECT_GE(reply->timing.first_token, milliseconds(700));

    ClientOptions hurried;
    hurried.timeouts.first_token = milliseconds(300);
    const ServedClient late({script}, hurried);
    const auto error = late.stream();
    ASSERT_FALSE(error.ok());
    EXPECT_EQ(error.error().kind, ErrorKind::timeout);
    EXPECT_EQ(error.error().phase, Phase::first_token);
    late.expect_works();
}

TEST(FaultC, C19_ASlowConsumerPausesReadingAndLosesNothing) {
    ClientOptions options;
    options.limits.stream_buffer_bytes = 16UL * 1024;
    constexpr int count = 3000;
    const std::string filler(10'000, 'x');
    std::string body;
    for (int i = 0; i < count; ++i)
        body += chunk(text_event(filler));
    body += chunk(finish_event()) + chunk(sse_done()) + "0\r\n\r\n";
    const support::Gate all_sent;
    ServedClient client({{support::read_request(), support::send(sse_reply_head() + body),
                          support::open(all_sent), support::close()}},
                        options);
    auto stream = client->chat_stream(ask());
    ASSERT_TRUE(stream.next().ok());
    // The server cannot get rid of its 30 MB while nobody reads.
    EXPECT_FALSE(all_sent.wait(std::chrono::milliseconds(300)));
    const auto reply = stream.collect();
    ASSERT_TRUE(reply.ok()) << reply.error().to_string();
    EXPECT_EQ(reply->text().size(), count * filler.size());
    client.expect_works();
}

TEST(FaultC, C20_EmbeddingsAreMatchedByIndexAndMissingOnesAreErrors) {
    const auto embed = [](const std::string& rows) {
        const ServedClient client({ServedClient::answer_once(support::http_reply(
            200, R"({"object":"list","model":"m","data":[)" + rows + R"(],"usage":{}})"))});
        auto reply = client->embed({.input = std::vector<std::string>{"a", "b"}});
        client.expect_works();
        return reply;
    };
    const std::string first = R"({"index":0,"embedding":[1,2]})";
    const std::string second = R"({"index":1,"embedding":[3,4]})";
    const auto reordered = embed(second + "," + first);
    ASSERT_TRUE(reordered.ok()) << reordered.error().to_string();
    EXPECT_EQ(reordered->values, (std::vector<float>{1, 2, 3, 4}));
    EXPECT_EQ(embed(first).error().kind, ErrorKind::decode);
    EXPECT_EQ(embed(first + "," + second + "," + second).error().kind, ErrorKind::decode);
}

TEST(FaultC, C21_NullContentAndVerySmallLogprobsAreAccepted) {
    const ServedClient client({ServedClient::answer_once(support::http_reply(
        200, R"({"id":"c","created":1,"model":"m","choices":[{"index":0,"message":)"
             R"({"role":"assistant","content":null},"logprobs":{"content":[{"token":"a",)"
             R"("logprob":-9999.0,"bytes":[97],"top_logprobs":[]}]},"finish_reason":"stop"}]})"))});
    const auto reply = client->chat(ask());
    ASSERT_TRUE(reply.ok()) << reply.error().to_string();
    EXPECT_EQ(reply->text(), "");
    ASSERT_EQ(reply->choices.at(0).logprobs.size(), 1U);
    EXPECT_EQ(reply->choices[0].logprobs[0].logprob, -9999.0);
    client.expect_works();
}

}  // namespace
}  // namespace vllm_client::fault
