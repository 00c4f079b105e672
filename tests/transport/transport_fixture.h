// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "runtime/clock.h"
#include "support/recording_observer.h"
#include "support/scripted_server.h"
#include "transport/curl_transport.h"

namespace vllm_client::transport {

/// Base of the transport's test suites: each test runs once with either poller.
class TransportTest : public testing::TestWithParam<PollerKind> {
 protected:
    using Observer = support::RecordingObserver;
    using Seen = Observer::Seen;

    /// One running exchange and what it told.
    struct Running {
        std::shared_ptr<HttpExchange> exchange;
        std::shared_ptr<Observer> observer;
    };

    /// Settings for one endpoint, without a health check.
    [[nodiscard]] static Settings settings_for(const std::string& url) {
        auto address = read_endpoint({.url = url}, "endpoint");
        EXPECT_TRUE(address.ok()) << url;
        Settings settings;
        settings.endpoints.push_back(address.value_or(EndpointAddress{}));
        settings.proxy.ignore_environment = true;
        settings.health.interval = std::chrono::milliseconds(0);
        settings.io.poller = GetParam();
        settings.user_agent = "test";
        settings.clock = runtime::system_clock();
        return settings;
    }
    [[nodiscard]] static std::shared_ptr<CurlTransport> make(Settings settings) {
        auto made = CurlTransport::make(std::move(settings));
        EXPECT_TRUE(made.ok()) << (made ? "" : made.error().message);
        return made ? *std::move(made) : nullptr;
    }
    [[nodiscard]] static std::shared_ptr<CurlTransport> make(const std::string& url) {
        return make(settings_for(url));
    }

    [[nodiscard]] static HttpRequest get(std::string path = "/") {
        HttpRequest request;
        request.method = HttpMethod::get;
        request.path = std::move(path);
        return request;
    }
    [[nodiscard]] static HttpRequest post(std::string body, bool stream = false) {
        HttpRequest request;
        request.path = "/v1/chat/completions";
        request.body = std::make_shared<const std::string>(std::move(body));
        request.stream = stream;
        return request;
    }

    [[nodiscard]] static Running start(Transport& transport, HttpRequest request) {
        auto observer = std::make_shared<Observer>();
        auto exchange = transport.start(std::move(request), observer);
        return {std::move(exchange), std::move(observer)};
    }
    /// Waits for the end, which must come once and last.
    static Seen end_of(const Running& running) {
        EXPECT_TRUE(running.observer->wait_end());
        Seen seen = running.observer->seen();
        EXPECT_EQ(seen.ends, 1);
        EXPECT_FALSE(seen.told_after_end);
        return seen;
    }
    static Seen run(Transport& transport, HttpRequest request) {
        return end_of(start(transport, std::move(request)));
    }
    static void expect_ok(const Seen& seen, int status = 200) {
        EXPECT_FALSE(seen.error) << seen.error->to_string();
        EXPECT_EQ(seen.reply.status, status);
    }
    static void expect_error(const Seen& seen, ErrorKind kind) {
        if (!seen.error) {
            ADD_FAILURE() << "no error, status " << seen.reply.status;
            return;
        }
        EXPECT_EQ(seen.error->kind, kind) << seen.error->to_string();
    }
    [[nodiscard]] static support::Script replies(const std::string& reply) {
        return {support::read_request(), support::send(reply), support::loop_from_start()};
    }
};

inline std::string poller_name(const testing::TestParamInfo<PollerKind>& tested) {
    return tested.param == PollerKind::epoll ? "epoll" : "poll";
}

#define VLLM_CLIENT_BOTH_POLLERS(suite) \
    INSTANTIATE_TEST_SUITE_P(           \
        Pollers, suite, testing::Values(PollerKind::epoll, PollerKind::curl_poll), poller_name)

}  // namespace vllm_client::transport
