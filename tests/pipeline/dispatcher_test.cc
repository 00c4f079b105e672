// SPDX-License-Identifier: Apache-2.0
#include "pipeline/dispatcher.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace vllm_client::pipeline {
namespace {

using request::Request;

/// Sends nothing; says which endpoints are down.
class NoTransport final : public Transport {
 public:
    [[nodiscard]] std::shared_ptr<HttpExchange> start(HttpRequest,
                                                      std::shared_ptr<HttpObserver>) override {
        return nullptr;
    }
    [[nodiscard]] bool endpoint_healthy(std::size_t endpoint) const override {
        return !down.contains(endpoint);
    }
    [[nodiscard]] std::vector<PoolStats> pool_stats() const override { return {}; }
    void close() override {}

    std::set<std::size_t> down;
};

struct Fixture {
    explicit Fixture(Dispatcher::Options options = {})
        : dispatcher(filled(std::move(options)), transport,
                     std::make_shared<runtime::RandomSource>(1)) {}

    static Dispatcher::Options filled(Dispatcher::Options options) {
        if (options.endpoints.empty()) {
            options.endpoints = {{.name = "a"}, {.name = "b"}, {.name = "c"}};
        }
        return options;
    }
    std::size_t next() { return dispatcher.prepare(Request{.path = "/x"}).value().endpoint; }

    std::shared_ptr<NoTransport> transport = std::make_shared<NoTransport>();
    Dispatcher dispatcher;
};

Request post(CallOptions options = {}) {
    return {.path = "/x",
            .body = std::make_shared<const std::string>("{}"),
            .options = std::move(options)};
}

std::vector<std::string> lines_of(const HttpRequest& exchange) {
    std::vector<std::string> lines = *exchange.common_headers;
    lines.insert(lines.end(), exchange.headers.begin(), exchange.headers.end());
    std::sort(lines.begin(), lines.end());
    return lines;
}

bool has(const HttpRequest& exchange, const std::string& line) {
    const auto lines = lines_of(exchange);
    return std::count(lines.begin(), lines.end(), line) == 1;
}

TEST(Dispatcher, GoesRound) {
    Fixture f;
    std::vector<std::size_t> chosen;
    for (int i = 0; i < 6; ++i)
        chosen.push_back(f.next());
    EXPECT_EQ(chosen, (std::vector<std::size_t>{0, 1, 2, 0, 1, 2}));
}

TEST(Dispatcher, TakesTheEndpointThatWasNamedEvenIfItIsDown) {
    Fixture f;
    f.transport->down = {1};
    EXPECT_EQ(f.dispatcher.prepare(post({.endpoint = "b"})).value().endpoint, 1U);
    const auto unknown = f.dispatcher.prepare(post({.endpoint = "d"}));
    ASSERT_FALSE(unknown.ok());
    EXPECT_EQ(unknown.error().kind, ErrorKind::config);
    EXPECT_NE(unknown.error().message.find("CallOptions.endpoint"), std::string::npos);
}

TEST(Dispatcher, SkipsEndpointsThatAreDown) {
    Fixture f;
    f.transport->down = {1};
    for (int i = 0; i < 6; ++i)
        EXPECT_NE(f.next(), 1U);
}

TEST(Dispatcher, WithEveryEndpointDownTriesThemAll) {
    Fixture f;
    f.transport->down = {0, 1, 2};
    std::set<std::size_t> chosen;
    for (int i = 0; i < 3; ++i)
        chosen.insert(f.next());
    EXPECT_EQ(chosen.size(), 3U);
}

TEST(Dispatcher, PlainRequestsShareTheirHeaders) {
    Fixture f({.endpoints = {{.name = "a", .api_key = "k", .headers = {"X-Team: t"}}}});
    const auto first = f.dispatcher.prepare(post()).value();
    const auto second = f.dispatcher.prepare(post()).value();
    EXPECT_EQ(first.common_headers, second.common_headers);
    EXPECT_TRUE(has(first, "Content-Type: application/json"));
    EXPECT_TRUE(has(first, "Authorization: Bearer k"));
    EXPECT_TRUE(has(first, "X-Team: t"));
    EXPECT_EQ(lines_of(first).size(), 4U);
}

TEST(Dispatcher, AGetHasNoContentType) {
    Fixture f;
    const auto exchange =
        f.dispatcher.prepare(Request{.method = HttpMethod::get, .path = "/x"}).value();
    EXPECT_EQ(lines_of(exchange), std::vector<std::string>{"X-Request-Id: " + exchange.request_id});
}

TEST(Dispatcher, AnEndpointMayReplaceTheContentType) {
    Fixture f({.endpoints = {{.name = "a", .headers = {"content-type: application/vnd.x+json"}}}});
    const auto lines = lines_of(f.dispatcher.prepare(post()).value());
    EXPECT_EQ(std::count_if(lines.begin(), lines.end(),
                            [](const std::string& line) {
                                return line.find("ontent-") != std::string::npos;
                            }),
              1);
}

TEST(Dispatcher, HookWinsOverCallWinsOverKeyWinsOverEndpoint) {
    Dispatcher::Options options{
        .endpoints = {{.name = "a",
                       .api_key = "endpoint",
                       .headers = {"X-1: endpoint", "X-2: endpoint", "X-3: endpoint"}}}};
    options.key_provider = [](std::string_view name) { return "for-" + std::string(name); };
    options.request_hook = [](const RequestView& view) -> std::vector<Header> {
        return {{"X-3", std::string(view.method) + std::string(view.body)}};
    };
    Fixture f(std::move(options));
    const auto exchange =
        f.dispatcher.prepare(post({.headers = {{"x-2", "call"}, {"x-3", "call"}}})).value();
    EXPECT_TRUE(has(exchange, "X-1: endpoint"));
    EXPECT_TRUE(has(exchange, "x-2: call"));
    EXPECT_TRUE(has(exchange, "X-3: POST{}"));
    EXPECT_TRUE(has(exchange, "Authorization: Bearer for-a"));
    const auto with_key = f.dispatcher.prepare(post({.api_key = "call"})).value();
    EXPECT_TRUE(has(with_key, "Authorization: Bearer call"));
}

TEST(Dispatcher, CallbacksThatThrowAnythingGiveConfigErrors) {
    Dispatcher::Options throwing_hook;
    throwing_hook.request_hook = [](const RequestView&) -> std::vector<Header> { throw 1; };
    Fixture hooked(std::move(throwing_hook));
    EXPECT_EQ(hooked.dispatcher.prepare(post()).error().kind, ErrorKind::config);
    Dispatcher::Options throwing_provider;
    throwing_provider.key_provider = [](std::string_view) -> std::string { throw 1; };
    Fixture provided(std::move(throwing_provider));
    EXPECT_EQ(provided.dispatcher.prepare(post()).error().kind, ErrorKind::config);
}

TEST(Dispatcher, RequestIdIsTheCallsElseTheRequestsElseRandom) {
    Fixture f;
    Request request = post({.request_id = "call"});
    request.request_id = "typed";
    EXPECT_EQ(f.dispatcher.prepare(request).value().request_id, "call");
    request.options.request_id.clear();
    EXPECT_EQ(f.dispatcher.prepare(request).value().request_id, "typed");
    request.request_id.clear();
    const auto first = f.dispatcher.prepare(request).value();
    const auto second = f.dispatcher.prepare(request).value();
    EXPECT_EQ(first.request_id.size(), 32U);
    EXPECT_NE(first.request_id, second.request_id);
    EXPECT_EQ(first.headers.at(0), "X-Request-Id: " + first.request_id);
}

TEST(Dispatcher, LimitsOfTheCallReplaceTheClientsOneByOne) {
    using std::chrono::seconds;
    Fixture f({.timeouts = {.connect = seconds(2), .total = seconds(9)}});
    CallOptions call;
    call.timeouts.total = seconds(1);
    const auto limits = f.dispatcher.prepare(post(call)).value().timeouts;
    EXPECT_EQ(limits.connect, seconds(2));
    EXPECT_EQ(limits.total, seconds(1));
    EXPECT_EQ(limits.between_events, seconds(60));
}

TEST(Dispatcher, AnIdAmongTheHeadersIsTheRequestsId) {
    Fixture f;
    const CallOptions own{.headers = {{"x-request-id", "mine"}}};
    const HttpRequest exchange = f.dispatcher.prepare(post(own)).value();
    EXPECT_EQ(exchange.request_id, "mine");
    EXPECT_TRUE(has(exchange, "x-request-id: mine"));
    EXPECT_TRUE(exchange.headers.empty());
}

TEST(Dispatcher, AGivenIdTakesThePlaceOfOneAmongTheHeaders) {
    Fixture f;
    const CallOptions both{.headers = {{"x-request-id", "mine"}, {"X-Other", "1"}},
                           .request_id = "given"};
    const HttpRequest exchange = f.dispatcher.prepare(post(both)).value();
    EXPECT_EQ(exchange.request_id, "given");
    EXPECT_TRUE(has(exchange, "X-Request-Id: given"));
    EXPECT_TRUE(has(exchange, "X-Other: 1"));
    EXPECT_FALSE(has(exchange, "x-request-id: mine"));
}

}  // namespace
}  // namespace vllm_client::pipeline
