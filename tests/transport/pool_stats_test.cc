// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/pool_stats.h"

#include <atomic>
#include <future>

#include "transport/transport_fixture.h"

namespace vllm_client::transport {
namespace {

using namespace std::chrono_literals;
using support::http_reply;
using support::ScriptedServer;

class PoolStatsTest : public TransportTest {};
VLLM_CLIENT_BOTH_POLLERS(PoolStatsTest);

TEST_P(PoolStatsTest, FiguresEqualTheServersOwn) {
    ScriptedServer server;
    support::Gate gate;
    server.on_connection([&](int index) -> support::Script {
        // Every third connection is closed by the server after its answer.
        if (index % 3 == 0) {
            return {support::read_request(), support::wait_for(gate),
                    support::send(http_reply(200, "{}")), support::close()};
        }
        return {support::read_request(), support::wait_for(gate),
                support::send(http_reply(200, "{}")), support::loop_from_start()};
    });
    std::atomic<int> opened{0};
    std::atomic<int> closed{0};
    Settings settings = settings_for(server.url());
    settings.on_event = [&](const Event& event) {
        if (event.kind == Event::Kind::connection_opened) ++opened;
        if (event.kind == Event::Kind::connection_closed) ++closed;
    };
    const auto transport = make(std::move(settings));
    std::vector<Running> all;
    for (int i = 0; i < 9; ++i)
        all.push_back(start(*transport, get()));
    ASSERT_TRUE(server.wait_until([&] { return server.request_count() == 9; }));
    EXPECT_EQ(transport->pool_stats().at(0).in_use, 9U);
    EXPECT_EQ(transport->pool_stats().at(0).open, 9U);
    gate.open();
    for (const Running& running : all)
        expect_ok(end_of(running));
    ASSERT_TRUE(server.wait_until([&] { return server.connections_open() == 6; }));
    // All nine are asked for again, so that the three dead ones are found.
    all.clear();
    for (int i = 0; i < 9; ++i)
        all.push_back(start(*transport, get()));
    for (const Running& running : all)
        expect_ok(end_of(running));
    PoolStats stats = transport->pool_stats().at(0);
    EXPECT_EQ(stats.created, server.connections_accepted());
    EXPECT_EQ(stats.reused + stats.created - stats.resends, 18U);
    EXPECT_GT(stats.connect_time, 0ns);
    EXPECT_EQ(stats.in_use, 0U);
    transport->close();
    stats = transport->pool_stats().at(0);
    EXPECT_EQ(stats.open, 0U);
    EXPECT_GE(stats.closed_by_peer, 3U);
    EXPECT_EQ(stats.created, stats.closed_by_us + stats.closed_by_peer);
    EXPECT_EQ(static_cast<std::uint64_t>(opened.load()), stats.created);
    EXPECT_EQ(closed.load(), opened.load());
    ASSERT_TRUE(server.wait_until([&] { return server.connections_open() == 0; }));
}

/// The poller that sees what happens to connections nobody uses.
class IdlePoolStatsTest : public TransportTest {};
INSTANTIATE_TEST_SUITE_P(Pollers, IdlePoolStatsTest, testing::Values(PollerKind::epoll),
                         poller_name);

TEST_P(IdlePoolStatsTest, AnIdleConnectionThatThePeerClosesIsCountedAtOnce) {
    ScriptedServer server;
    support::Gate gate;
    server.on_connection([&](int) -> support::Script {
        return {support::read_request(), support::send(http_reply(200, "{}")),
                support::wait_for(gate), support::close()};
    });
    std::promise<void> closed;
    Settings settings = settings_for(server.url());
    settings.on_event = [&](const Event& event) {
        if (event.kind == Event::Kind::connection_closed) closed.set_value();
    };
    const auto transport = make(std::move(settings));
    expect_ok(run(*transport, get()));
    EXPECT_EQ(transport->pool_stats().at(0).idle, 1U);
    gate.open();
    ASSERT_EQ(closed.get_future().wait_for(20s), std::future_status::ready);
    PoolStats stats = transport->pool_stats().at(0);
    EXPECT_EQ(stats.open, 0U);
    EXPECT_EQ(stats.closed_by_peer, 1U);
    // libcurl still has it; its end must not be counted again.
    transport->close();
    stats = transport->pool_stats().at(0);
    EXPECT_EQ(stats.open, 0U);
    EXPECT_EQ(stats.closed_by_peer, 1U);
    EXPECT_EQ(stats.closed_by_us, 0U);
}

TEST_P(PoolStatsTest, PreconnectOpensConnectionsBeforeTheFirstRequest) {
    ScriptedServer server;
    server.serve({support::read_request(), support::pause(50ms), support::send(http_reply(200, "")),
                  support::loop_from_start()});
    Settings settings = settings_for(server.url());
    settings.pool.preconnect = 3;
    const auto transport = make(std::move(settings));
    ASSERT_TRUE(server.wait_until([&] { return server.request_count() == 3; }));
    EXPECT_EQ(server.connections_accepted(), 3U);
    EXPECT_EQ(server.requests().at(0).target, "/health");
}

TEST_P(PoolStatsTest, ACancelledConnectionIsClosedByUs) {
    ScriptedServer server;
    server.serve({support::read_request(), support::hold()});
    const auto transport = make(server.url());
    const Running running = start(*transport, get());
    ASSERT_TRUE(server.wait_until([&] { return server.request_count() == 1; }));
    running.exchange->cancel();
    end_of(running);
    const PoolStats stats = transport->pool_stats().at(0);
    EXPECT_EQ(stats.closed_by_us, 1U);
    EXPECT_EQ(stats.closed_by_peer, 0U);
    EXPECT_EQ(stats.open, 0U);
    EXPECT_EQ(stats.connect_failures, 0U);
}

TEST_P(PoolStatsTest, RefusedConnectionsAreFailures) {
    std::string url;
    {
        ScriptedServer server;
        url = server.url();
    }
    const auto transport = make(url);
    for (int i = 0; i < 3; ++i)
        expect_error(run(*transport, get()), ErrorKind::connect);
    const PoolStats stats = transport->pool_stats().at(0);
    EXPECT_EQ(stats.connect_failures, 3U);
    EXPECT_EQ(stats.created, 0U);
    EXPECT_EQ(stats.open, 0U);
}

}  // namespace
}  // namespace vllm_client::transport
