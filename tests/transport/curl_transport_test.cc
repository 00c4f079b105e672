// SPDX-License-Identifier: Apache-2.0
#include "transport/curl_transport.h"

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "transport/transport_fixture.h"

namespace vllm_client::transport {
namespace {

using namespace std::chrono_literals;
using support::http_reply;
using support::ScriptedServer;
using Clock = std::chrono::steady_clock;

class CurlTransportTest : public TransportTest {};
VLLM_CLIENT_BOTH_POLLERS(CurlTransportTest);

TEST_P(CurlTransportTest, GetsStatusHeadersAndBody) {
    ScriptedServer server;
    server.serve(replies(http_reply(404, "{\"a\":1}", {{"X-One", "1"}, {"Content-Type", "a/b"}})));
    const auto transport = make(server.url());
    HttpRequest request = get("/some/path?x=%20");
    request.headers = {"X-Sent: yes"};
    request.common_headers =
        std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"X-Common: c"});
    const Seen seen = run(*transport, std::move(request));
    expect_ok(seen, 404);
    EXPECT_EQ(seen.reply.body, "{\"a\":1}");
    EXPECT_EQ(seen.reply.header("x-one"), "1");
    EXPECT_EQ(seen.heads, 0);
    EXPECT_LE(seen.reply.sent_at, seen.reply.first_byte_at);
    EXPECT_LE(seen.reply.first_byte_at, seen.reply.done_at);
    const auto received = server.requests().at(0);
    EXPECT_EQ(received.method, "GET");
    EXPECT_EQ(received.target, "/some/path?x=%20");
    EXPECT_EQ(received.header("X-Sent"), "yes");
    EXPECT_EQ(received.header("X-Common"), "c");
    EXPECT_EQ(received.header("User-Agent"), "test");
    EXPECT_FALSE(received.has_header("Expect"));
}

TEST_P(CurlTransportTest, PostsTheBodyAsGiven) {
    ScriptedServer server;
    server.respond([](const auto& request) { return http_reply(200, request.body); });
    const auto transport = make(server.url());
    std::string body(3'000'000, 'x');
    body[17] = '\0';
    const Seen seen = run(*transport, post(body));
    expect_ok(seen);
    EXPECT_EQ(seen.reply.body, body);
    EXPECT_EQ(server.requests().at(0).method, "POST");
}

TEST_P(CurlTransportTest, OneHandleServesAllMethodsInTurn) {
    ScriptedServer server;
    server.respond([](const auto& r) { return http_reply(200, r.method + r.target + r.body); });
    const auto transport = make(server.url());
    HttpRequest del = get("/d");
    del.method = HttpMethod::del;
    EXPECT_EQ(run(*transport, post("b")).reply.body, "POST/v1/chat/completionsb");
    EXPECT_EQ(run(*transport, get("/g")).reply.body, "GET/g");
    EXPECT_EQ(run(*transport, del).reply.body, "DELETE/d");
    EXPECT_EQ(run(*transport, post("")).reply.body, "POST/v1/chat/completions");
    EXPECT_EQ(run(*transport, get("/g")).reply.body, "GET/g");
    EXPECT_EQ(server.connections_accepted(), 1U);
}

TEST_P(CurlTransportTest, StreamsHandOverHeadThenData) {
    ScriptedServer server;
    server.serve(replies(support::chat_stream_reply({"a", "b"})));
    const auto transport = make(server.url());
    const Seen seen = run(*transport, post("{}", true));
    expect_ok(seen);
    EXPECT_EQ(seen.heads, 1);
    EXPECT_EQ(seen.head.status, 200);
    std::string expected;
    for (const auto& event : support::chat_stream({"a", "b"}))
        expected += event;
    EXPECT_EQ(seen.data, expected);
    EXPECT_TRUE(seen.reply.body.empty());
}

TEST_P(CurlTransportTest, ErrorAnswerToAStreamIsPlain) {
    ScriptedServer server;
    server.serve(replies(http_reply(400, "{\"error\":1}")));
    const auto transport = make(server.url());
    const Seen seen = run(*transport, post("{}", true));
    expect_ok(seen, 400);
    EXPECT_EQ(seen.reply.body, "{\"error\":1}");
    EXPECT_EQ(seen.heads, 0);
    EXPECT_EQ(seen.data, "");
}

TEST_P(CurlTransportTest, InterimAnswersAreSkipped) {
    ScriptedServer server;
    server.serve(
        replies("HTTP/1.1 102 Processing\r\nX-Interim: 1\r\n\r\nHTTP/1.1 103 Hints\r\n\r\n" +
                http_reply(200, "{}")));
    const auto transport = make(server.url());
    const Seen seen = run(*transport, get());
    expect_ok(seen);
    EXPECT_EQ(seen.reply.body, "{}");
    EXPECT_FALSE(seen.reply.header("X-Interim"));
}

TEST_P(CurlTransportTest, CancelClosesTheSocketAtOnce) {
    ScriptedServer server;
    server.serve(
        {support::read_request(), support::send(support::sse_reply_head()), support::hold()});
    const auto transport = make(server.url());
    const Running running = start(*transport, post("{}", true));
    ASSERT_TRUE(running.observer->wait([](const Seen& seen) { return seen.heads == 1; }));
    const auto cancelled_at = Clock::now();
    running.exchange->cancel();
    running.exchange->cancel();
    ASSERT_TRUE(server.wait_until([&] { return server.peer_closed_count() == 1; }));
    EXPECT_LT(Clock::now() - cancelled_at, 100ms);
    expect_error(end_of(running), ErrorKind::cancelled);
    running.exchange->cancel();
    running.exchange->resume();
    running.exchange->first_token_seen();
    EXPECT_EQ(running.observer->seen().ends, 1);
}

TEST_P(CurlTransportTest, CancelEndsAWaitingExchange) {
    ScriptedServer server;
    server.serve({support::read_request(), support::hold()});
    Settings settings = settings_for(server.url());
    settings.pool.max_connections = 1;
    const auto transport = make(std::move(settings));
    const Running first = start(*transport, get());
    ASSERT_TRUE(server.wait_until([&] { return server.request_count() == 1; }));
    const Running second = start(*transport, get());
    second.exchange->cancel();
    const Seen seen = end_of(second);
    expect_error(seen, ErrorKind::cancelled);
    EXPECT_EQ(seen.error->phase, Phase::queue);
    EXPECT_EQ(seen.error->reach, Reach::not_reached);
    EXPECT_EQ(first.observer->seen().ends, 0);
    EXPECT_EQ(transport->pool_stats().at(0).waiting, 0U);
}

TEST_P(CurlTransportTest, AThousandCancelsAtOnceEndEachExchangeOnce) {
    ScriptedServer server;
    server.serve({support::read_request(), support::hold()});
    Settings settings = settings_for(server.url());
    settings.pool.max_connections = 64;
    const auto transport = make(std::move(settings));
    std::vector<Running> all;
    for (int i = 0; i < 1000; ++i)
        all.push_back(start(*transport, get()));
    std::thread other([&] {
        for (const Running& running : all)
            running.exchange->cancel();
    });
    for (const Running& running : all)
        running.exchange->cancel();
    other.join();
    for (const Running& running : all)
        expect_error(end_of(running), ErrorKind::cancelled);
    EXPECT_EQ(transport->pool_stats().at(0).in_use, 0U);
    EXPECT_EQ(transport->pool_stats().at(0).waiting, 0U);
}

TEST_P(CurlTransportTest, CloseEndsRunningWaitingAndStreaming) {
    ScriptedServer server;
    server.on_connection([](int index) {
        if (index == 0) {
            return support::Script{support::read_request(),
                                   support::send(support::sse_reply_head()), support::hold()};
        }
        return support::Script{support::read_request(), support::hold()};
    });
    Settings settings = settings_for(server.url());
    settings.pool.max_connections = 2;
    const auto transport = make(std::move(settings));
    std::vector<Running> all{start(*transport, post("{}", true))};
    ASSERT_TRUE(all[0].observer->wait([](const Seen& seen) { return seen.heads == 1; }));
    for (int i = 0; i < 3; ++i)
        all.push_back(start(*transport, get()));
    ASSERT_TRUE(server.wait_until([&] { return server.request_count() == 2; }));
    const auto closed_at = Clock::now();
    transport->close();
    EXPECT_LT(Clock::now() - closed_at, 1s);
    for (const Running& running : all) {
        EXPECT_EQ(running.observer->seen().ends, 1);  // before close() returned
        expect_error(end_of(running), ErrorKind::cancelled);
    }
    EXPECT_EQ(transport->pool_stats().at(0).open, 0U);
    transport->close();
    expect_error(run(*transport, get()), ErrorKind::closed);
}

TEST_P(CurlTransportTest, ExchangesThatRaceWithCloseAllEnd) {
    ScriptedServer server;
    server.serve(replies(http_reply(200, "{}")));
    for (int round = 0; round < 20; ++round) {
        const auto transport = make(server.url());
        std::vector<Running> all;
        std::atomic<bool> go{false};
        std::thread starter([&] {
            go = true;
            for (int i = 0; i < 50; ++i)
                all.push_back(start(*transport, get()));
        });
        while (!go)
            std::this_thread::yield();
        transport->close();
        starter.join();
        for (const Running& running : all)
            end_of(running);
    }
}

TEST_P(CurlTransportTest, TwoReactorsServeTheirEndpoints) {
    std::vector<std::unique_ptr<ScriptedServer>> servers;
    Settings settings;
    for (int i = 0; i < 6; ++i) {
        servers.push_back(std::make_unique<ScriptedServer>());
        servers.back()->serve(replies(http_reply(200, std::to_string(i))));
        Settings one = settings_for(servers.back()->url());
        one.endpoints.insert(one.endpoints.begin(), settings.endpoints.begin(),
                             settings.endpoints.end());
        settings = std::move(one);
    }
    settings.io.threads = 2;
    const auto transport = make(std::move(settings));
    std::vector<Running> all;
    for (std::size_t i = 0; i < 60; ++i) {
        HttpRequest request = get();
        request.endpoint = i % 6;
        all.push_back(start(*transport, std::move(request)));
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Seen seen = end_of(all[i]);
        expect_ok(seen);
        EXPECT_EQ(seen.reply.body, std::to_string(i % 6));
    }
}

TEST_P(CurlTransportTest, AForkedChildGetsClosedAndTheParentGoesOn) {
    ScriptedServer server;
    server.serve(replies(http_reply(200, "{}")));
    auto transport = make(server.url());
    expect_ok(run(*transport, get()));
    const pid_t child = ::fork();
    if (child == 0) {
        const auto observer = std::make_shared<Observer>();
        const auto exchange = transport->start(get(), observer);
        const Seen seen = observer->seen();
        const bool closed = seen.ends == 1 && seen.error && seen.error->kind == ErrorKind::closed;
        transport->close();
        transport.reset();
        ::_exit(closed ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
    const Seen seen = run(*transport, get());
    expect_ok(seen);
    EXPECT_TRUE(seen.reply.reused_connection);
}

}  // namespace
}  // namespace vllm_client::transport
