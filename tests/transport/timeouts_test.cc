// SPDX-License-Identifier: Apache-2.0
#include <thread>

#include "support/fake_clock.h"
#include "support/raw_client.h"
#include "transport/transport_fixture.h"

namespace vllm_client::transport {
namespace {

using namespace std::chrono_literals;
using support::http_reply;
using support::ScriptedServer;

/// Time stands still; a limit is met by moving the clock to just before and then past it.
class TimeoutsTest : public TransportTest {
 protected:
    [[nodiscard]] std::shared_ptr<CurlTransport> make_with_clock(const std::string& url,
                                                                 std::size_t connections = 10) {
        Settings settings = settings_for(url);
        settings.clock = clock_;
        settings.pool.max_connections = connections;
        return make(std::move(settings));
    }
    [[nodiscard]] static HttpRequest with(HttpRequest request, ExchangeTimeouts timeouts) {
        request.timeouts = timeouts;
        return request;
    }
    /// No limit but those a test sets.
    [[nodiscard]] static ExchangeTimeouts none() {
        return {.connect = 0ms,
                .first_byte = 0ms,
                .first_token = 0ms,
                .between_events = 0ms,
                .total = 0ms};
    }
    /// The exchange ends `limit` after now, not before.
    Seen ends_after(Transport& transport, const Running& running, runtime::Duration limit) {
        clock_->advance(limit - 1ms);
        // A round trip through the reactor: it has looked at its timers since.
        expect_error(run(transport, with(get(), none())), ErrorKind::queue_full);
        EXPECT_EQ(running.observer->seen().ends, 0);
        clock_->advance(1ms);
        return end_of(running);
    }

    const std::shared_ptr<support::FakeClock> clock_ = std::make_shared<support::FakeClock>();

    /// A transport with one connection and no queue, so that a second request bounces at once.
    [[nodiscard]] std::shared_ptr<CurlTransport> make_bouncing(const std::string& url) {
        Settings settings = settings_for(url);
        settings.clock = clock_;
        settings.pool.max_connections = 1;
        settings.limits.queue_requests = 0;
        return make(std::move(settings));
    }
};
VLLM_CLIENT_BOTH_POLLERS(TimeoutsTest);

TEST_P(TimeoutsTest, ConnectLimitCoversTheTlsHandshake) {
    ScriptedServer server;
    support::Gate accepted;
    server.serve({support::open(accepted), support::hold()});
    const auto transport = make_bouncing("https://127.0.0.1:" + std::to_string(server.port()));
    ExchangeTimeouts limits = none();
    limits.connect = 30s;
    const Running running = start(*transport, with(get(), limits));
    ASSERT_TRUE(server.wait_until([&] { return server.connections_accepted() == 1; }));
    ASSERT_TRUE(accepted.wait(10s));
    const Seen seen = ends_after(*transport, running, 30s);
    ASSERT_TRUE(seen.error);
    EXPECT_EQ(seen.error->phase, Phase::connect);
    EXPECT_EQ(seen.error->reach, Reach::not_reached);
}

TEST_P(TimeoutsTest, FirstByteCountsUntilTheHeadersAreComplete) {
    ScriptedServer server;
    support::Gate begun;
    server.serve({support::read_request(), support::send("HTTP/1.1 200 OK\r\nX: y\r\n"),
                  support::open(begun), support::hold()});
    const auto transport = make_bouncing(server.url());
    ExchangeTimeouts limits = none();
    limits.first_byte = 7s;
    const Running running = start(*transport, with(get(), limits));
    ASSERT_TRUE(begun.wait(10s));
    const Seen seen = ends_after(*transport, running, 7s);
    expect_error(seen, ErrorKind::timeout);
    EXPECT_EQ(seen.error->phase, Phase::first_byte);
    ASSERT_TRUE(server.wait_until([&] { return server.peer_closed_count() == 1; }));
}

TEST_P(TimeoutsTest, FirstTokenEndsAStreamThatOnlySendsComments) {
    ScriptedServer server;
    server.serve({support::read_request(),
                  support::send(support::sse_reply_head() + support::chunk(": ping\n\n")),
                  support::hold()});
    const auto transport = make_bouncing(server.url());
    ExchangeTimeouts limits = none();
    limits.first_token = 9s;
    const Running running = start(*transport, with(post("{}", true), limits));
    ASSERT_TRUE(running.observer->wait([](const Seen& seen) { return !seen.data.empty(); }));
    const Seen seen = ends_after(*transport, running, 9s);
    expect_error(seen, ErrorKind::timeout);
    EXPECT_EQ(seen.error->phase, Phase::first_token);
    EXPECT_EQ(seen.error->reach, Reach::executed);
}

TEST_P(TimeoutsTest, FirstTokenSeenLiftsThatLimit) {
    ScriptedServer server;
    server.serve({support::read_request(),
                  support::send(support::sse_reply_head() + support::chunk("data: 1\n\n")),
                  support::hold()});
    const auto transport = make_bouncing(server.url());
    ExchangeTimeouts limits = none();
    limits.first_token = 9s;
    limits.total = 60s;
    const Running running = start(*transport, with(post("{}", true), limits));
    ASSERT_TRUE(running.observer->wait([](const Seen& seen) { return !seen.data.empty(); }));
    running.exchange->first_token_seen();
    const Seen seen = ends_after(*transport, running, 60s);
    expect_error(seen, ErrorKind::deadline);
    EXPECT_EQ(seen.error->phase, Phase::between_events);
}

TEST_P(TimeoutsTest, SilenceBetweenEventsEndsTheStream) {
    ScriptedServer server;
    support::Gate more;
    server.serve({support::read_request(),
                  support::send(support::sse_reply_head() + support::chunk("data: 1\n\n")),
                  support::wait_for(more), support::send(support::chunk(": 2\n\n")),
                  support::hold()});
    const auto transport = make_bouncing(server.url());
    ExchangeTimeouts limits = none();
    limits.between_events = 5s;
    const Running running = start(*transport, with(post("{}", true), limits));
    ASSERT_TRUE(running.observer->wait([](const Seen& seen) { return !seen.data.empty(); }));
    clock_->advance(4s);
    more.open();
    ASSERT_TRUE(running.observer->wait([](const Seen& seen) { return seen.data.size() > 9; }));
    const Seen seen = ends_after(*transport, running, 5s);
    expect_error(seen, ErrorKind::timeout);
    EXPECT_EQ(seen.error->phase, Phase::between_events);
}

TEST_P(TimeoutsTest, SilenceInAPlainBodyEndsIt) {
    ScriptedServer server;
    support::Gate begun;
    server.serve({support::read_request(),
                  support::send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"),
                  support::open(begun), support::hold()});
    const auto transport = make_bouncing(server.url());
    ExchangeTimeouts limits = none();
    limits.between_events = 5s;
    const Running running = start(*transport, with(get(), limits));
    ASSERT_TRUE(begun.wait(10s));
    // The reply is read by the time two more requests have gone through the reactor.
    expect_error(run(*transport, with(get(), none())), ErrorKind::queue_full);
    expect_error(run(*transport, with(get(), none())), ErrorKind::queue_full);
    clock_->advance(10s);
    const Seen seen = end_of(running);
    expect_error(seen, ErrorKind::timeout);
    EXPECT_EQ(seen.error->phase, Phase::body);
}

TEST_P(TimeoutsTest, TotalCoversWaitingInTheClient) {
    ScriptedServer server;
    server.serve({support::read_request(), support::hold()});
    const auto transport = make_with_clock(server.url(), 1);
    const Running first = start(*transport, with(get(), none()));
    ASSERT_TRUE(server.wait_until([&] { return server.request_count() == 1; }));
    ExchangeTimeouts limits = none();
    limits.total = 11s;
    const Running waiting = start(*transport, with(get(), limits));
    while (transport->pool_stats().at(0).waiting == 0)
        std::this_thread::yield();
    clock_->advance(11s);
    const Seen seen = end_of(waiting);
    expect_error(seen, ErrorKind::deadline);
    EXPECT_EQ(seen.error->phase, Phase::queue);
    EXPECT_EQ(seen.error->reach, Reach::not_reached);
    EXPECT_EQ(first.observer->seen().ends, 0);
}

TEST_P(TimeoutsTest, PauseOfTheConsumerIsNotSilenceOfTheServer) {
    ScriptedServer server;
    server.serve({support::read_request(),
                  support::send(support::sse_reply_head() + support::chunk("data: 1\n\n")),
                  support::hold()});
    const auto transport = make_bouncing(server.url());
    ExchangeTimeouts limits = none();
    limits.between_events = 5s;
    auto observer = std::make_shared<Observer>();
    observer->accept(false);
    const Running running{transport->start(with(post("{}", true), limits), observer), observer};
    ASSERT_TRUE(observer->wait([](const Seen& seen) { return seen.refused > 0; }));
    clock_->advance(20s);
    expect_error(run(*transport, with(get(), none())), ErrorKind::queue_full);
    EXPECT_EQ(observer->seen().ends, 0);
    observer->accept(true);
    running.exchange->resume();
    ASSERT_TRUE(observer->wait([](const Seen& seen) { return !seen.data.empty(); }));
    expect_error(ends_after(*transport, running, 5s), ErrorKind::timeout);
}

TEST_P(TimeoutsTest, AnUnreachableHostMeetsTheConnectLimitOfTheRealClock) {
    // A full listen queue drops packets, as a dead host does.
    ScriptedServer server({.listen = {.backlog = 1}, .accept = false});
    std::vector<std::unique_ptr<support::RawClient>> filling;
    for (int i = 0; i < 2; ++i) {
        filling.push_back(std::make_unique<support::RawClient>(server.port()));
    }
    const auto transport = make(server.url());
    ExchangeTimeouts limits = none();
    limits.connect = 60ms;
    const Seen seen = run(*transport, with(get(), limits));
    expect_error(seen, ErrorKind::timeout);
    EXPECT_EQ(seen.error->phase, Phase::connect);
    EXPECT_EQ(seen.error->reach, Reach::not_reached);
    EXPECT_EQ(transport->pool_stats().at(0).connect_failures, 1U);
}

}  // namespace
}  // namespace vllm_client::transport
