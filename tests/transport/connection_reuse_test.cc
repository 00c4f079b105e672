// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <atomic>
#include <string>
#include <vector>

#include "support/fake_clock.h"
#include "transport/transport_fixture.h"

namespace vllm_client::transport {
namespace {

using namespace std::chrono_literals;
using support::http_reply;
using support::ScriptedServer;

class ConnectionReuseTest : public TransportTest {};
VLLM_CLIENT_BOTH_POLLERS(ConnectionReuseTest);

TEST_P(ConnectionReuseTest, SequentialRequestsShareOneConnection) {
    ScriptedServer server;
    server.serve(replies(http_reply(200, "{}")));
    const auto transport = make(server.url());
    EXPECT_FALSE(run(*transport, get()).reply.reused_connection);
    for (int i = 0; i < 20; ++i) {
        const Seen seen = run(*transport, get());
        expect_ok(seen);
        EXPECT_TRUE(seen.reply.reused_connection);
        EXPECT_EQ(seen.reply.resends, 0U);
    }
    EXPECT_EQ(server.connections_accepted(), 1U);
}

TEST_P(ConnectionReuseTest, StreamsReadToTheEndReuseToo) {
    ScriptedServer server;
    server.serve(replies(support::chat_stream_reply({"a"})));
    const auto transport = make(server.url());
    for (int i = 0; i < 5; ++i)
        expect_ok(run(*transport, post("{}", true)));
    EXPECT_EQ(server.connections_accepted(), 1U);
}

TEST_P(ConnectionReuseTest, RequestsBeyondTheLimitWait) {
    ScriptedServer server;
    support::Gate gate;
    server.serve({support::read_request(), support::wait_for(gate),
                  support::send(http_reply(200, "{}")), support::loop_from_start()});
    Settings settings = settings_for(server.url());
    settings.pool.max_connections = 2;
    const auto transport = make(std::move(settings));
    std::vector<Running> all;
    for (int i = 0; i < 10; ++i)
        all.push_back(start(*transport, get()));
    ASSERT_TRUE(server.wait_until(
        [&] { return server.request_count() == 2 && transport->pool_stats().at(0).waiting == 8; }));
    EXPECT_EQ(transport->pool_stats().at(0).in_use, 2U);
    gate.open();
    for (const Running& running : all)
        expect_ok(end_of(running));
    EXPECT_LE(server.connections_accepted(), 2U);
    EXPECT_EQ(server.request_count(), 10U);
}

TEST_P(ConnectionReuseTest, AFullQueueRefusesAtOnce) {
    ScriptedServer server;
    support::Gate gate;
    server.serve({support::read_request(), support::wait_for(gate),
                  support::send(http_reply(200, "{}")), support::loop_from_start()});
    Settings settings = settings_for(server.url());
    settings.pool.max_connections = 1;
    settings.limits.queue_requests = 2;
    settings.limits.queue_bytes = 10;
    const auto transport = make(std::move(settings));
    const Running running = start(*transport, get());
    ASSERT_TRUE(server.wait_until([&] { return server.request_count() == 1; }));
    const Running too_large = start(*transport, post("12345678901"));
    expect_error(end_of(too_large), ErrorKind::queue_full);
    const Running first = start(*transport, post("12345"));
    const Running second = start(*transport, get());
    const Seen refused = run(*transport, get());
    expect_error(refused, ErrorKind::queue_full);
    EXPECT_EQ(refused.error->reach, Reach::not_reached);
    gate.open();
    expect_ok(end_of(running));
    expect_ok(end_of(first));
    expect_ok(end_of(second));
}

TEST_P(ConnectionReuseTest, NoMoreThanMaxIdleAreKept) {
    ScriptedServer server;
    const std::vector<support::Gate> gates(8);
    server.respond([&gates](const support::ReceivedRequest& request) {
        const auto number = static_cast<std::size_t>(request.target.at(1) - '0');
        EXPECT_TRUE(gates.at(number).wait(20s));
        return http_reply(200, "{}");
    });
    Settings settings = settings_for(server.url());
    settings.pool.max_idle = 3;
    const auto transport = make(std::move(settings));
    std::vector<Running> all;
    for (int i = 0; i < 8; ++i)
        all.push_back(start(*transport, get("/" + std::to_string(i))));
    ASSERT_TRUE(server.wait_until([&] { return server.request_count() == 8; }));
    for (std::size_t i = 0; i < 8; ++i) {
        gates[i].open();
        expect_ok(end_of(all[i]));
    }
    ASSERT_TRUE(server.wait_until([&] { return server.connections_open() <= 3; }));
    EXPECT_EQ(server.connections_open(), 3U);
    EXPECT_EQ(transport->pool_stats().at(0).idle, 3U);
}

TEST_P(ConnectionReuseTest, ConnectionCloseIsObeyed) {
    ScriptedServer server;
    server.serve(
        {support::read_request(), support::send(http_reply(200, "{}", {{"Connection", "close"}}))});
    const auto transport = make(server.url());
    for (int i = 0; i < 5; ++i)
        expect_ok(run(*transport, get()));
    EXPECT_EQ(server.connections_accepted(), 5U);
    EXPECT_EQ(transport->pool_stats().at(0).created, 5U);
    EXPECT_EQ(transport->pool_stats().at(0).reused, 0U);
}

TEST_P(ConnectionReuseTest, AtMostOnceUsesAFreshConnectionAndIsNotSentAgain) {
    ScriptedServer server;
    server.on_connection([](int index) {
        if (index == 0) return replies(http_reply(200, "{}"));
        return support::Script{support::read_request(), support::reset()};
    });
    const auto transport = make(server.url());
    expect_ok(run(*transport, get()));
    HttpRequest once = get();
    once.at_most_once = true;
    const Seen seen = run(*transport, std::move(once));
    expect_error(seen, ErrorKind::connect);
    EXPECT_EQ(seen.error->reach, Reach::unknown);
    EXPECT_EQ(server.request_count(), 2U);
    EXPECT_EQ(server.connections_accepted(), 2U);
    EXPECT_EQ(seen.reply.resends, 0U);
}

TEST_P(ConnectionReuseTest, AtMostOnceKeepsToTheLimitOfConnections) {
    ScriptedServer server;
    server.serve(replies(http_reply(200, "{}")));
    Settings settings = settings_for(server.url());
    settings.pool.max_connections = 2;
    const auto transport = make(std::move(settings));
    for (int i = 0; i < 10; ++i) {
        HttpRequest once = get();
        once.at_most_once = true;
        expect_ok(run(*transport, std::move(once)));
    }
    ASSERT_TRUE(server.wait_until([&] { return server.connections_open() <= 2; }));
}

TEST_P(ConnectionReuseTest, LearnsFromTheKeepAliveHeader) {
    ScriptedServer server;
    server.serve(replies(http_reply(200, "{}", {{"Keep-Alive", "timeout=3, max=100"}})));
    const auto transport = make(server.url());
    EXPECT_EQ(transport->pool_stats().at(0).idle_limit, 4000ms);
    expect_ok(run(*transport, get()));
    EXPECT_EQ(transport->pool_stats().at(0).idle_limit, 2000ms);
}

TEST_P(ConnectionReuseTest, ADeadReusedConnectionIsHiddenAndCounted) {
    ScriptedServer server;
    server.on_connection([](int index) {
        if (index > 0) return replies(http_reply(200, "{}"));
        return support::Script{support::read_request(), support::send(http_reply(200, "{}")),
                               support::wait_first_byte(), support::reset()};
    });
    const auto transport = make(server.url());
    expect_ok(run(*transport, get()));
    const Seen seen = run(*transport, post("{}"));
    expect_ok(seen);
    EXPECT_EQ(seen.reply.resends, 1U);
    EXPECT_EQ(transport->pool_stats().at(0).resends, 1U);
    EXPECT_EQ(transport->pool_stats().at(0).closed_by_peer, 1U);
}

TEST_P(ConnectionReuseTest, LearnsFromAConnectionThatDiedIdle) {
    const auto clock = std::make_shared<support::FakeClock>();
    ScriptedServer server;
    server.on_connection([](int index) {
        if (index > 0) return replies(http_reply(200, "{}"));
        return support::Script{support::read_request(), support::send(http_reply(200, "{}")),
                               support::wait_first_byte(), support::reset()};
    });
    Settings settings = settings_for(server.url());
    settings.clock = clock;
    const auto transport = make(std::move(settings));
    expect_ok(run(*transport, get()));
    clock->advance(3s);
    expect_ok(run(*transport, get()));
    EXPECT_EQ(transport->pool_stats().at(0).idle_limit, 2000ms);
}

TEST_P(ConnectionReuseTest, ASecondAnswerIsNeverTakenForTheNextOne) {
    for (const bool at_once : {true, false}) {
        ScriptedServer server;
        support::Gate sent;
        const std::string wrong = http_reply(200, "wrong");
        server.on_connection([&](int index) -> support::Script {
            if (index > 0) return replies(http_reply(200, "right"));
            if (at_once) {
                return {support::read_request(), support::send(http_reply(200, "right") + wrong),
                        support::open(sent), support::wait_for_peer_close()};
            }
            return {support::read_request(), support::send(http_reply(200, "right")),
                    support::pause(20ms),    support::send(wrong),
                    support::open(sent),     support::wait_for_peer_close()};
        });
        const auto transport = make(server.url());
        EXPECT_EQ(run(*transport, get()).reply.body, "right");
        ASSERT_TRUE(sent.wait(10s));
        for (int i = 0; i < 3; ++i) {
            const Seen seen = run(*transport, get());
            expect_ok(seen);
            EXPECT_EQ(seen.reply.body, "right");
        }
        EXPECT_EQ(server.connections_accepted(), 2U);
    }
}

// Done 2,000 times: the server ends the connection just before, or on the first byte of, the next
// request. It half-closes and looks whether a request comes all the same: that one must be resent.
struct KeepAliveRace {
    explicit KeepAliveRace(ScriptedServer& server) {
        server.on_connection([this](int index) -> support::Script {
            const auto gap = std::chrono::milliseconds(index % 3);
            if (index % 2 == 0) {
                return {support::read_request(), support::send(http_reply(200, "{}")),
                        support::call([this](support::Connection& connection) {
                            if (connection.wait_first_byte()) lost.fetch_add(1);
                            connection.close();
                        })};
            }
            return {support::read_request(), support::send(http_reply(200, "{}")),
                    support::pause(gap), support::half_close(),
                    support::call([this](support::Connection& connection) {
                        if (connection.wait_first_byte() && connection.read_bytes(1)) {
                            lost.fetch_add(1);
                        }
                        connection.close();
                    })};
        });
    }
    std::atomic<std::uint64_t> lost{0};  // requests, or parts of them, that got no answer
};

TEST_P(ConnectionReuseTest, TheKeepAliveRaceIsNeverSeenByTheCaller) {
    for (const auto limit : {0ms, 4990ms}) {
        ScriptedServer server({.keep_records = false});
        KeepAliveRace race(server);
        Settings settings = settings_for(server.url());
        settings.pool.idle_limit = limit;
        const auto transport = make(std::move(settings));
        std::uint64_t resends = 0;
        for (int i = 0; i < 1000; ++i) {
            const Seen seen = run(*transport, post("{\"n\":" + std::to_string(i) + "}"));
            ASSERT_FALSE(seen.error) << i << ": " << seen.error->to_string();
            ASSERT_EQ(seen.reply.status, 200);
            resends += seen.reply.resends;
            // The next request comes 0-2 ms later, so that it meets the close from either side.
            static_cast<void>(server.wait_until([] { return false; }, (i / 3 % 3) * 1ms));
        }
        transport->close();
        server.stop();
        EXPECT_EQ(transport->pool_stats().at(0).resends, resends);
        EXPECT_EQ(race.lost.load(), resends);
        EXPECT_GT(resends, 100U);
    }
}

}  // namespace
}  // namespace vllm_client::transport
