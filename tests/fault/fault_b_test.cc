// SPDX-License-Identifier: Apache-2.0
// HTTP transport.
#include "fault/fault_fixture.h"

namespace vllm_client::fault {
namespace {

using support::chunk;
using support::http_reply;
using support::read_request;
using support::send;

const std::string body = support::chat_completion("fine");

Script answer(std::string bytes) {
    return {read_request(), send(std::move(bytes))};
}

void expect_served(Script script) {
    FaultyServer server(std::move(script));
    const VllmClient client(options_for(server.url()));
    expect_clean_request(client);
    expect_clean_request(client);
}

TEST(FaultB, B1_IdleConnectionClosedAsWeSendIsHidden) {
    FaultyServer server({read_request(), send(http_reply(200, body)), support::wait_first_byte(),
                         support::reset()});
    const VllmClient client(options_for(server.url()));
    expect_clean_request(client);
    expect_clean_request(client);
    EXPECT_EQ(client.metrics().pools.at(0).resends, 1U);
}

TEST(FaultB, B1_AtMostOnceUsesAFreshConnection) {
    FaultyServer server({read_request(), send(http_reply(200, body)), support::wait_first_byte(),
                         support::reset()});
    const VllmClient client(options_for(server.url()));
    expect_clean_request(client);
    EXPECT_TRUE(client.chat(hello(), {.at_most_once = true}).ok());
    EXPECT_EQ(client.metrics().pools.at(0).resends, 0U);
    EXPECT_EQ(server.get().request_count(), 2U);
}

TEST(FaultB, B2_ResetBeforeAnyAnswerIsConnectUnknown) {
    const Error error = chat_error({read_request(), support::reset()}, ErrorKind::connect);
    EXPECT_EQ(error.reach, Reach::unknown);
    EXPECT_TRUE(error.retryable);
}

TEST(FaultB, B3_ResetInsideABodyIsProtocolExecuted) {
    const Error error = chat_error({read_request(),
                                    send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n"
                                         "\r\n{\"a\":"),
                                    support::pause(30ms), support::reset()},
                                   ErrorKind::protocol);
    EXPECT_EQ(error.reach, Reach::executed);
    EXPECT_TRUE(error.retryable);
}

TEST(FaultB, B4_HalfOpenPeerMeetsTheFirstByteLimit) {
    const Error error = chat_error({read_request(), support::hold()}, ErrorKind::timeout,
                                   {.timeouts = {.first_byte = 80ms}});
    EXPECT_EQ(error.phase, Phase::first_byte);
    EXPECT_EQ(error.reach, Reach::unknown);
}

TEST(FaultB, B5_DribblingHeadersMeetTheFirstByteLimit) {
    const Error error =
        chat_error({read_request(), support::send_each_byte(http_reply(200, body), 10ms)},
                   ErrorKind::timeout, {.timeouts = {.first_byte = 100ms}});
    EXPECT_EQ(error.phase, Phase::first_byte);
}

TEST(FaultB, B6_SilenceInABodyMeetsTheIdleLimit) {
    const Error error = chat_error(
        {read_request(), send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), support::hold()},
        ErrorKind::timeout, {.timeouts = {.between_events = 80ms}});
    EXPECT_EQ(error.phase, Phase::body);
    EXPECT_EQ(error.reach, Reach::executed);
}

TEST(FaultB, B7_ShortBodyIsProtocolError) {
    const Error error = chat_error(
        answer("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n" +
               body),
        ErrorKind::protocol);
    EXPECT_EQ(error.reach, Reach::executed);
    EXPECT_EQ(error.http_status, 200);
}

TEST(FaultB, B8_SurplusAfterTheBodyIsIgnoredAndTheConnectionDropped) {
    FaultyServer server(
        {read_request(), send(http_reply(200, body) + "surplus"), support::wait_for_peer_close()});
    const VllmClient client(options_for(server.url()));
    expect_clean_request(client);
    expect_clean_request(client);
    EXPECT_EQ(server.get().connections_accepted(), 2U);
}

TEST(FaultB, B9_ChunkedBodyCutIsProtocolError) {
    chat_error(answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(body)),
               ErrorKind::protocol);
}

TEST(FaultB, B9_ChunkedStreamCutIsStreamErrorWithThePrefix) {
    FaultyServer server(answer(support::sse_reply_head() +
                               chunk(support::sse_event(support::chat_chunk("one "))) +
                               chunk(support::sse_event(support::chat_chunk("two")))));
    const VllmClient client(options_for(server.url()));
    auto stream = client.chat_stream(hello());
    const auto reply = stream.collect();
    ASSERT_FALSE(reply);
    expect_kind(reply.error(), ErrorKind::stream);
    EXPECT_EQ(reply.error().partial, std::vector<std::string>{"one two"});
    expect_clean_request(client);
}

TEST(FaultB, B10_BrokenChunkSizesAreProtocolErrors) {
    for (const char* const broken :
         {"xyz\r\nabc\r\n", "-5\r\nabc\r\n", "fffffffffffffffffffff\r\nabc\r\n",
          "3\r\nabcdef\r\n0\r\n\r\n"}) {
        SCOPED_TRACE(broken);
        chat_error(
            answer(std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n") + broken),
            ErrorKind::protocol);
    }
}

TEST(FaultB, B11_ChunkedWinsOverContentLength) {
    expect_served(
        {read_request(),
         send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n" +
              support::chunked({body})),
         support::wait_for_peer_close()});
}

TEST(FaultB, B12_GarbageIsProtocolError) {
    for (const char* const garbage :
         {"garbage\r\n\r\n", "<html>HTTP/0.9 has no status line</html>", "\x16\x03\x01\x02"}) {
        SCOPED_TRACE(garbage);
        const Error error = chat_error(answer(garbage), ErrorKind::protocol);
        EXPECT_NE(error.reach, Reach::not_reached);
    }
}

TEST(FaultB, B13_NoExpectHeaderIsSentAndBigBodiesGoAtOnce) {
    ScriptedServer server;
    server.serve(clean());
    const VllmClient client(options_for(server.url()));
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_TRUE(client.chat({.messages = {user(std::string(3'000'000, 'x'))}}).ok());
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
    EXPECT_FALSE(server.requests().at(0).has_header("Expect"));
    expect_clean_request(client);
}

TEST(FaultB, B14_UnaskedInterimAnswersAreSkipped) {
    expect_served({read_request(),
                   send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" +
                        http_reply(200, body)),
                   support::loop_from_start()});
}

TEST(FaultB, B15_EmptyAnswerWhereJsonIsDueIsDecodeError) {
    for (const std::string& reply : {http_reply(204, ""), http_reply(200, "")}) {
        FaultyServer server({read_request(), send(reply), support::wait_for_peer_close()});
        const VllmClient client(options_for(server.url()));
        const auto answer = client.chat(hello());
        ASSERT_FALSE(answer);
        expect_kind(answer.error(), ErrorKind::decode);
        EXPECT_NE(answer.error().message.find("empty body"), std::string::npos)
            << answer.error().message;
        server.get().serve(clean());
    }
}

TEST(FaultB, B16_EndlessHeadersAreALimitError) {
    chat_error({read_request(), send("HTTP/1.1 200 OK\r\n"),
                support::send_endlessly("X-Header: value\r\n")},
               ErrorKind::limit);
    chat_error({read_request(), send("HTTP/1.1 200 OK\r\nX: "),
                support::send_endlessly(std::string(1000, 'x'))},
               ErrorKind::limit);
}

TEST(FaultB, B17_FirstRetryAfterWinsAndFoldedLinesSplitNothing) {
    const Error error = chat_error({read_request(),
                                    send("HTTP/1.1 429 Slow\r\nRetry-After: 2\r\nRetry-After: "
                                         "60\r\nX-A: b\r\n Retry-After: 9\r\n"
                                         "Content-Length: 2\r\n\r\n{}"),
                                    support::read_request(), send(http_reply(200, body))},
                                   ErrorKind::http);
    EXPECT_EQ(error.http_status, 429);
    EXPECT_EQ(error.retry_after, 2000ms);
}

TEST(FaultB, B18_ConnectionCloseOnEveryAnswerWorksAndShows) {
    ScriptedServer server;
    server.serve(answer(
        http_reply(200, body, {{"Content-Type", "application/json"}, {"Connection", "close"}})));
    const VllmClient client(options_for(server.url()));
    for (int i = 0; i < 5; ++i)
        expect_clean_request(client);
    EXPECT_EQ(client.metrics().pools.at(0).created, 5U);
    EXPECT_EQ(client.metrics().pools.at(0).reused, 0U);
}

TEST(FaultB, B20_AnswerBeforeTheUploadEndedIsUsed) {
    ScriptedServer server({.listen = {.receive_buffer = 65536}});
    server.on_connection([](int index) {
        if (index > 0) return clean();
        return Script{support::read_request_head(),
                      send(http_reply(413, support::error_body(413, "TooLarge", "too large"))),
                      support::hold()};
    });
    const VllmClient client(options_for(server.url()));
    const std::string prompt(20'000'000, 'x');  // NOLINT(bugprone-string-constructor)
    const auto reply = client.chat({.messages = {user(prompt)}});
    ASSERT_FALSE(reply);
    expect_kind(reply.error(), ErrorKind::http);
    EXPECT_EQ(reply.error().http_status, 413);
    EXPECT_EQ(reply.error().server.message, "too large");
    expect_clean_request(client);
}

TEST(FaultB, B21_SecondAnswerOnAUsedConnectionIsDropped) {
    support::Gate sent;
    FaultyServer server({read_request(), send(http_reply(200, body)), support::pause(20ms),
                         send(http_reply(200, support::chat_completion("wrong"))),
                         support::open(sent), support::wait_for_peer_close()});
    const VllmClient client(options_for(server.url()));
    expect_clean_request(client);
    ASSERT_TRUE(sent.wait(10s));
    expect_clean_request(client);
    EXPECT_EQ(server.get().connections_accepted(), 2U);
}

}  // namespace
}  // namespace vllm_client::fault
