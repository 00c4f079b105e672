// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <stop_token>
#include <string>
#include <thread>

#include "api/fake_client.h"
#include "support/scripted_server.h"

namespace vllm_client::api {
namespace {

using support::http_reply;
using support::ReceivedRequest;
using support::ScriptedServer;
using namespace std::chrono_literals;

std::string answer(const ReceivedRequest& request) {
    if (request.target == "/health") return http_reply(200, "");
    if (request.target == "/version") return http_reply(200, R"({"version":"0.32.0"})");
    return http_reply(200, R"({"object":"list","data":[{"id":"tiny"},{"id":"big"}]})");
}

VllmClient client_of(const ScriptedServer& server) {
    ClientOptions options{.endpoints = {EndpointOptions{.url = server.url(), .name = "main"}}};
    options.read_environment = false;
    return VllmClient(std::move(options));
}

const CheckStep& step(const CheckReport& report, const std::string& name) {
    return *std::find_if(report.steps.begin(), report.steps.end(),
                         [&](const CheckStep& s) { return s.name == name; });
}

TEST(WaitReady, AStopRequestEndsIt) {
    ScriptedServer server;
    std::stop_source stop;
    server.respond([&stop](const ReceivedRequest&) {
        stop.request_stop();
        return http_reply(503, "");
    });
    const auto ready = client_of(server).wait_ready(1h, stop.get_token());
    ASSERT_FALSE(ready.ok());
    EXPECT_EQ(ready.error().kind, ErrorKind::cancelled);
}

TEST(Check, AGoodServerPassesEveryStep) {
    ScriptedServer server;
    server.respond(answer);
    const auto report = client_of(server).check();
    ASSERT_TRUE(report.ok());
    EXPECT_TRUE(report->ok);
    EXPECT_EQ(report->endpoint, "main");
    EXPECT_EQ(report->server_version, "0.32.0");
    ASSERT_EQ(report->models.size(), 2U);
    EXPECT_EQ(step(*report, "models").detail, "tiny, big");
    EXPECT_TRUE(step(*report, "reuse").ok);
    EXPECT_GT(step(*report, "health").duration.count(), 0);
}

TEST(Check, TroubleIsInTheReportAndTheOtherStepsAreTriedToo) {
    ScriptedServer server;
    server.respond([](const ReceivedRequest& request) {
        return request.target == "/version" ? http_reply(500, "broken") : answer(request);
    });
    const auto report = client_of(server).check("main");
    ASSERT_TRUE(report.ok());
    EXPECT_FALSE(report->ok);
    EXPECT_TRUE(step(*report, "health").ok);
    EXPECT_FALSE(step(*report, "version").ok);
    EXPECT_NE(step(*report, "version").detail.find("500"), std::string::npos);
    EXPECT_TRUE(step(*report, "models").ok);
}

TEST(Check, AnUnhealthyServerFailsTheFirstStep) {
    ScriptedServer server;
    server.respond([](const ReceivedRequest& request) {
        return request.target == "/health" ? http_reply(503, "") : answer(request);
    });
    const auto report = client_of(server).check();
    ASSERT_TRUE(report.ok());
    EXPECT_FALSE(report->ok);
    EXPECT_FALSE(step(*report, "health").ok);
}

TEST(Check, AnUnknownNameIsAConfigError) {
    const ScriptedServer server;
    EXPECT_EQ(client_of(server).check("nobody").error().kind, ErrorKind::config);
}

TEST(WaitReady, ReturnsOnceTheServerIsHealthy) {
    const FakeClient f;
    std::atomic<int> asked{0};
    f.fake->on_request([&](const testing::FakeRequest&) -> std::optional<testing::CannedAnswer> {
        return testing::CannedReply{.status = ++asked < 4 ? 503 : 200};
    });
    EXPECT_TRUE(f.client.wait_ready(20s).ok());
    EXPECT_EQ(asked, 4);
    EXPECT_EQ(f.fake->requests().at(0).path, "/health");
}

TEST(WaitReady, GivesUpWithTheLastTroubleSeen) {
    const FakeClient f;
    f.fake->reply("/health", {.status = 503});
    const auto ready = f.client.wait_ready(100ms);
    ASSERT_FALSE(ready.ok());
    EXPECT_EQ(ready.error().kind, ErrorKind::deadline);
    EXPECT_NE(ready.error().message.find("503"), std::string::npos);
}

TEST(WaitReady, EndsWhenTheClientIsClosed) {
    const FakeClient f;
    f.fake->reply("/health", {.status = 503});
    std::jthread closer([&] {
        while (f.fake->requests().empty())
            std::this_thread::yield();
        f.client.close();
    });
    const auto ready = f.client.wait_ready(60s);
    ASSERT_FALSE(ready.ok());
    EXPECT_TRUE(ready.error().kind == ErrorKind::closed ||
                ready.error().kind == ErrorKind::cancelled)
        << ready.error().to_string();
}

}  // namespace
}  // namespace vllm_client::api
