// SPDX-License-Identifier: Apache-2.0
#include "transport/health_check.h"

#include <atomic>
#include <thread>

#include "support/fake_clock.h"
#include "transport/transport_fixture.h"

namespace vllm_client::transport {
namespace {

using namespace std::chrono_literals;
using support::http_reply;
using support::ScriptedServer;

class HealthCheckTest : public TransportTest {
 protected:
    void open(ScriptedServer& server) {
        server.respond([this](const support::ReceivedRequest& request) {
            return http_reply(request.target == "/health" && !well_ ? 503 : 200, "");
        });
        Settings settings = settings_for(server.url());
        settings.clock = clock_;
        settings.health = {.interval = 10s, .timeout = 2s};
        settings.on_event = [this](const Event& event) {
            if (event.kind == Event::Kind::endpoint_down) ++downs_;
            if (event.kind == Event::Kind::endpoint_up) ++ups_;
        };
        transport_ = make(std::move(settings));
    }
    /// Waits, on the real clock, for what follows from a step of the fake one.
    [[nodiscard]] static bool soon(const std::function<bool()>& predicate) {
        const auto end = std::chrono::steady_clock::now() + 20s;
        while (!predicate() && std::chrono::steady_clock::now() < end)
            std::this_thread::yield();
        return predicate();
    }

    const std::shared_ptr<support::FakeClock> clock_ = std::make_shared<support::FakeClock>();
    std::atomic<bool> well_{true};
    std::atomic<int> downs_{0};
    std::atomic<int> ups_{0};
    std::shared_ptr<CurlTransport> transport_;
};
VLLM_CLIENT_BOTH_POLLERS(HealthCheckTest);

TEST_P(HealthCheckTest, AFailingEndpointIsDownWithinTwoIntervalsAndComesBack) {
    ScriptedServer server;
    open(server);
    EXPECT_TRUE(transport_->endpoint_healthy(0));
    expect_ok(run(*transport_, get("/x")));  // the reactor runs: its first check is set
    well_ = false;
    clock_->advance(10s);
    ASSERT_TRUE(soon([&] { return !transport_->endpoint_healthy(0); }));
    EXPECT_FALSE(transport_->pool_stats().at(0).healthy);
    well_ = true;
    clock_->advance(10s);
    ASSERT_TRUE(soon([&] { return transport_->endpoint_healthy(0); }));
    EXPECT_TRUE(soon([&] { return downs_ == 1 && ups_ == 1; }));
}

TEST_P(HealthCheckTest, AnEndpointThatDoesNotAnswerIsDown) {
    ScriptedServer server;
    open(server);
    expect_ok(run(*transport_, get("/x")));
    server.serve({support::read_request(), support::hold()});
    well_ = false;
    // The open connection answers 503 at once; a dead server refuses.
    server.stop();
    clock_->advance(10s);
    ASSERT_TRUE(soon([&] { return !transport_->endpoint_healthy(0); }));
}

TEST_P(HealthCheckTest, ABusyEndpointIsNotAsked) {
    ScriptedServer server;
    open(server);
    server.on_connection([](int) {
        return support::Script{support::read_request(), support::hold()};
    });
    const Running running = start(*transport_, get("/x"));
    ASSERT_TRUE(server.wait_until([&] { return server.request_count() == 1; }));
    clock_->advance(10s);
    const Running second = start(*transport_, get("/y"));
    ASSERT_TRUE(server.wait_until([&] { return server.request_count() == 2; }));
    EXPECT_EQ(server.requests().at(1).target, "/y");
}

TEST_P(HealthCheckTest, ClosingDuringACheckIsClean) {
    ScriptedServer server;
    open(server);
    expect_ok(run(*transport_, get("/x")));
    support::Gate asked;
    server.stop();
    clock_->advance(10s);
    transport_->close();
    EXPECT_EQ(transport_->pool_stats().at(0).in_use, 0U);
}

}  // namespace
}  // namespace vllm_client::transport
