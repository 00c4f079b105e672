// SPDX-License-Identifier: Apache-2.0
// The faults of section C in streams whose events have types and whose last event is their end.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "fault/served_client.h"
#include "vllm_client/messages.h"
#include "vllm_client/responses.h"

namespace vllm_client::fault {
namespace {

using support::sse_event;
using Pieces = std::vector<std::string>;

// What a stream came to.
struct Outcome {
    std::optional<Error> error{};
    std::string text{};
    bool complete_input{false};  // of the tool call, if there was one
};

// One of the two APIs: its events, and what the client makes of them.
struct Api {
    const char* name;
    std::string (*text)(const std::string& escaped);
    std::string (*arguments)(const std::string& escaped);
    Pieces (*end)(const std::string& escaped);
    Outcome (*collect)(const ServedClient& client);
};

std::string response_text(const std::string& escaped) {
    return sse_event(R"({"type":"response.output_text.delta","output_index":0,"delta":")" +
                     escaped + R"("})");
}
std::string response_arguments(const std::string& escaped) {
    return sse_event(R"({"type":"response.function_call_arguments.delta","output_index":0,)"
                     R"("delta":")" +
                     escaped + R"("})");
}
Pieces response_end(const std::string& escaped) {
    return {sse_event(R"({"type":"response.completed","response":{"id":"resp_1","status":)"
                      R"("completed","output":[{"type":"message","content":[{"type":)"
                      R"("output_text","text":")" +
                      escaped +
                      R"("}]},{"type":"function_call","call_id":"c","name":"f","arguments":)"
                      R"("{\"a\":"}]}})")};
}
Outcome collect_response(const ServedClient& client) {
    const auto reply = client->responses().create_stream({.input = "x"}).collect();
    if (!reply) return {.error = reply.error()};
    return {.text = reply->text(), .complete_input = reply->tool_calls().at(0).complete};
}

std::string message_piece(int index, const std::string& delta) {
    return sse_event(R"({"type":"content_block_delta","index":)" + std::to_string(index) +
                     R"(,"delta":)" + delta + "}");
}
std::string message_text(const std::string& escaped) {
    return message_piece(0, R"({"type":"text_delta","text":")" + escaped + R"("})");
}
std::string message_arguments(const std::string& escaped) {
    return message_piece(1, R"({"type":"input_json_delta","partial_json":")" + escaped + R"("})");
}
Pieces message_end(const std::string&) {
    return {message_arguments(R"({\"a\":)"),
            sse_event(R"({"type":"message_delta","delta":{"stop_reason":"max_tokens"}})"),
            sse_event(R"({"type":"message_stop"})")};
}
Outcome collect_message(const ServedClient& client) {
    const auto reply =
        client->messages()
            .create_stream({.messages = {anthropic_user("x")}, .max_tokens = 9, .model = "m"})
            .collect();
    if (!reply) return {.error = reply.error()};
    return {.text = reply->text(), .complete_input = reply->content.back().input.valid()};
}

const std::vector<Api> apis{
    {"responses", response_text, response_arguments, response_end, collect_response},
    {"messages", message_text, message_arguments, message_end, collect_message}};

Pieces joined(Pieces first, const Pieces& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

// What the client makes of a stream with these bytes; then it must still work.
Outcome outcome_of(const Api& api, const Pieces& pieces) {
    const ServedClient client({ServedClient::answer_once(stream_of(pieces))});
    Outcome outcome = api.collect(client);
    client.expect_works();
    return outcome;
}

void expect_text(const Api& api, const Pieces& pieces, const std::string& text) {
    const Outcome outcome = outcome_of(api, pieces);
    ASSERT_FALSE(outcome.error) << api.name << ": " << outcome.error->to_string();
    EXPECT_EQ(outcome.text, text) << api.name;
}

void expect_error(const Api& api, const Pieces& pieces, ErrorKind kind, const Pieces& partial) {
    const Outcome outcome = outcome_of(api, pieces);
    ASSERT_TRUE(outcome.error) << api.name;
    EXPECT_EQ(outcome.error->kind, kind) << api.name << ": " << outcome.error->to_string();
    EXPECT_EQ(outcome.error->partial, partial) << api.name;
}

TEST(FaultC, C1_TypedEventsInPiecesOfAnySizeAreTheSameEvents) {
    for (const Api& api : apis) {
        std::string body;
        for (const auto& piece : joined({api.text("a\\n"), api.text("b")}, api.end("a\\nb")))
            body += piece;
        for (const std::size_t size : {1, 2, 7, 64, 200}) {
            Pieces pieces;
            for (std::size_t at = 0; at < body.size(); at += size)
                pieces.push_back(body.substr(at, size));
            expect_text(api, pieces, "a\nb");
        }
    }
}

TEST(FaultC, C3_ATypedStreamCutShortKeepsItsPrefix) {
    for (const Api& api : apis) {
        expect_error(api, {api.text("Hel"), api.text("lo")}, ErrorKind::stream, {"Hello"});
        expect_error(api, {}, ErrorKind::stream, {});
        const ServedClient client({ServedClient::answer(
            support::sse_reply_head() + support::chunked({api.text("Hel")}, false))});
        const Outcome outcome = api.collect(client);
        ASSERT_TRUE(outcome.error) << api.name;
        EXPECT_EQ(outcome.error->kind, ErrorKind::stream) << api.name;
        EXPECT_EQ(outcome.error->partial, Pieces{"Hel"}) << api.name;
    }
}

TEST(FaultC, C4_ATypedStreamWithoutItsLastEventIsBrokenWhateverElseCame) {
    for (const Api& api : apis) {
        Pieces pieces = joined({api.text("a")}, api.end("a"));
        pieces.back() = support::sse_done();
        expect_error(api, pieces, ErrorKind::stream, {"a"});
    }
}

TEST(FaultC, C5_DataAfterTheLastEventIsIgnored) {
    for (const Api& api : apis) {
        expect_text(api,
                    joined(joined({api.text("a")}, api.end("a")),
                           {support::sse_done(), "data: not JSON\n\n", std::string(5000, 'x')}),
                    "a");
    }
}

TEST(FaultC, C6_ErrorEventsOfBothShapesCarryTheServersWords) {
    const Pieces errors{
        "event: error\n" +
            sse_event(R"({"type":"error","error":{"type":"internal_error","message":"died"}})"),
        sse_event(R"({"error":{"message":"died","type":"internal_error","code":500}})")};
    for (const Api& api : apis) {
        for (const std::string& event : errors) {
            const Outcome outcome = outcome_of(api, {api.text("a"), event});
            ASSERT_TRUE(outcome.error) << api.name;
            EXPECT_EQ(outcome.error->kind, ErrorKind::stream);
            EXPECT_EQ(outcome.error->server.message, "died");
            EXPECT_EQ(outcome.error->server.type, "internal_error");
            EXPECT_EQ(outcome.error->partial, Pieces{"a"});
        }
    }
}

TEST(FaultC, C7_ATypedEventThatIsNotJsonIsADecodeError) {
    for (const Api& api : apis)
        expect_error(api, {api.text("a"), "data: {\"type\"\n\n"}, ErrorKind::decode, {"a"});
}

TEST(FaultC, C8_InvalidUtf8InATypedEventIsADecodeError) {
    for (const Api& api : apis)
        expect_error(api, {api.text("a"), api.text("\xFF")}, ErrorKind::decode, {"a"});
}

TEST(FaultC, C9_ACharacterSplitOverTwoTypedEventsIsOne) {
    for (const Api& api : apis) {
        expect_error(api, {api.text("\\ud83d"), api.text("\\ude00")}, ErrorKind::stream,
                     {"\U0001F600"});
    }
}

TEST(FaultC, C10_NulBytesInTypedEventsAreText) {
    for (const Api& api : apis)
        expect_text(api, joined({api.text("a\\u0000b")}, api.end("a\\u0000b")),
                    std::string("a\0b", 3));
}

TEST(FaultC, C12_ATypedEventNestedTooDeepIsALimitError) {
    const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
    for (const Api& api : apis) {
        expect_error(api, {api.text("a"), sse_event(R"({"later":)" + deep + "}")}, ErrorKind::limit,
                     {"a"});
    }
}

TEST(FaultC, C14_UnknownEventsDoNoHarm) {
    const Pieces strange{"event: later\ndata: {}\n\n", ": keep-alive\n\n", "event: ping\n\n",
                         sse_event(R"({"type":"ping"})"),
                         sse_event(R"({"type":"later","delta":{"x":[1]},"index":null,"item":7})")};
    for (const Api& api : apis) {
        Pieces pieces = joined(strange, {api.text("a")});
        expect_text(api, joined(joined(pieces, strange), api.end("a")), "a");
    }
}

TEST(FaultC, C17_UnfinishedArgumentsAreKeptAndMarked) {
    for (const Api& api : apis) {
        const Outcome outcome =
            outcome_of(api, joined({api.text("a"), api.arguments("")}, api.end("a")));
        ASSERT_FALSE(outcome.error) << outcome.error->to_string();
        EXPECT_FALSE(outcome.complete_input) << api.name;
    }
}

}  // namespace
}  // namespace vllm_client::fault
