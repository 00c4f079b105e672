// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <string>

#include "transport/transport_fixture.h"

namespace vllm_client::transport {
namespace {

using namespace std::chrono_literals;
using support::ScriptedServer;

class BackPressureTest : public TransportTest {};
VLLM_CLIENT_BOTH_POLLERS(BackPressureTest);

std::string numbered_lines(std::size_t bytes) {
    std::string text;
    for (int i = 0; text.size() < bytes; ++i)
        text += "data: " + std::to_string(i) + "\n\n";
    return text;
}

TEST_P(BackPressureTest, ARefusedStreamBlocksTheServerAndLosesNothing) {
    const std::string body = numbered_lines(32 << 20);
    support::Gate all_sent;
    ScriptedServer server({.listen = {.send_buffer = 65536}});
    server.serve({support::read_request(),
                  support::send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                                "Content-Length: " +
                                std::to_string(body.size()) + "\r\n\r\n"),
                  support::send(body), support::open(all_sent), support::hold()});
    const auto transport = make(server.url());
    auto observer = std::make_shared<Observer>();
    observer->accept(false);
    const Running running{transport->start(post("{}", true), observer), observer};
    ASSERT_TRUE(observer->wait([](const Seen& seen) { return seen.refused > 0; }));
    EXPECT_FALSE(all_sent.wait(200ms));
    EXPECT_EQ(observer->seen().data, "");
    // In small steps: taken, refused, resumed.
    for (int i = 0; i < 20; ++i) {
        const int refused = observer->seen().refused;
        running.exchange->resume();
        ASSERT_TRUE(observer->wait([&](const Seen& seen) { return seen.refused > refused; }));
    }
    observer->accept(true);
    running.exchange->resume();
    const Seen seen = end_of(running);
    expect_ok(seen);
    EXPECT_TRUE(seen.data == body) << seen.data.size();
    EXPECT_TRUE(all_sent.wait(10s));
}

TEST_P(BackPressureTest, APausedStreamCanBeCancelled) {
    ScriptedServer server;
    server.serve({support::read_request(),
                  support::send(support::sse_reply_head() + support::chunk("data: 1\n\n")),
                  support::hold()});
    const auto transport = make(server.url());
    auto observer = std::make_shared<Observer>();
    observer->accept(false);
    const Running running{transport->start(post("{}", true), observer), observer};
    ASSERT_TRUE(observer->wait([](const Seen& seen) { return seen.refused > 0; }));
    running.exchange->cancel();
    expect_error(end_of(running), ErrorKind::cancelled);
    ASSERT_TRUE(server.wait_until([&] { return server.peer_closed_count() == 1; }));
}

class LimitsTest : public TransportTest {};
VLLM_CLIENT_BOTH_POLLERS(LimitsTest);

TEST_P(LimitsTest, HeadersThatNeverEndAreCut) {
    for (const std::string& line :
         {"X-Header: " + std::string(1000, 'x') + "\r\n", std::string("A: b\r\n")}) {
        ScriptedServer server;
        server.serve({support::read_request(), support::send("HTTP/1.1 200 OK\r\n"),
                      support::send_endlessly(line)});
        const auto transport = make(server.url());
        expect_error(run(*transport, get()), ErrorKind::limit);
    }
}

TEST_P(LimitsTest, InterimAnswersThatNeverEndAreCut) {
    ScriptedServer server;
    server.serve({support::read_request(),
                  support::send_endlessly("HTTP/1.1 102 Processing\r\nX: y\r\n\r\n")});
    const auto transport = make(server.url());
    expect_error(run(*transport, get()), ErrorKind::limit);
}

TEST_P(LimitsTest, AHeaderLineThatNeverEndsIsCut) {
    ScriptedServer server;
    server.serve({support::read_request(), support::send("HTTP/1.1 200 OK\r\nX: "),
                  support::send_endlessly(std::string(1000, 'x'))});
    const auto transport = make(server.url());
    expect_error(run(*transport, get()), ErrorKind::limit);
}

TEST_P(LimitsTest, ABodyBeyondTheLimitIsAnError) {
    ScriptedServer server;
    server.serve(replies(support::http_reply(200, std::string(100'001, 'x'))));
    Settings settings = settings_for(server.url());
    settings.limits.body_bytes = 100'000;
    const auto transport = make(std::move(settings));
    const Seen seen = run(*transport, get());
    expect_error(seen, ErrorKind::limit);
    EXPECT_EQ(seen.error->reach, Reach::executed);
    EXPECT_EQ(seen.error->http_status, 200);
}

TEST_P(LimitsTest, ABodyAtTheLimitIsNot) {
    ScriptedServer server;
    server.serve(replies(support::http_reply(200, std::string(100'000, 'x'))));
    Settings settings = settings_for(server.url());
    settings.limits.body_bytes = 100'000;
    const auto transport = make(std::move(settings));
    expect_ok(run(*transport, get()));
}

TEST_P(LimitsTest, AHugeErrorBodyIsKeptToTheCap) {
    ScriptedServer server;
    server.serve({support::read_request(),
                  support::send("HTTP/1.1 500 No\r\nContent-Length: 50000000\r\n\r\n"),
                  support::send_endlessly("0123456789")});
    const auto transport = make(server.url());
    const Seen seen = run(*transport, get());
    expect_ok(seen, 500);
    EXPECT_EQ(seen.reply.body.size(), 65536U);
    EXPECT_EQ(seen.reply.body.substr(0, 20), "01234567890123456789");
    server.serve(replies(support::http_reply(200, "{}")));
    expect_ok(run(*transport, get()));
}

}  // namespace
}  // namespace vllm_client::transport
