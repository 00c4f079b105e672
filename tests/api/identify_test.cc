// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "api/fake_client.h"

namespace vllm_client::api {
namespace {

using testing::CannedAnswer;
using testing::CannedReply;
using testing::FakeRequest;

// Answers GETs from `bodies`, chats with a reply, and everything else with 404.
void serve(const FakeClient& f, std::map<std::string, std::string> bodies) {
    f.fake->on_request([bodies](const FakeRequest& request) -> std::optional<CannedAnswer> {
        if (request.path == chat_path) return CannedReply{.body = testing::chat_reply_json("hi")};
        const auto found = bodies.find(request.path);
        if (found != bodies.end()) return CannedReply{.body = found->second};
        return CannedReply{.status = 404, .body = R"({"detail":"Not Found"})"};
    });
}

const std::map<std::string, std::string> sglang{
    {"/v1/models", R"({"object":"list","data":[{"id":"m","owned_by":"sglang"}]})"},
    {"/server_info", R"({"tokenizer_path":"m","version":"0.5.3"})"}};

std::vector<std::string> paths_of(const FakeClient& f) {
    std::vector<std::string> paths;
    for (const FakeRequest& request : f.fake->requests())
        paths.push_back(request.path);
    return paths;
}

ChatRequest urgent() {
    ChatRequest request = ask("hi");
    request.priority = 2;
    request.structured_outputs.regex = "a+";
    return request;
}

FakeClient client_of(Dialect dialect, std::string version = {}) {
    return FakeClient({.endpoints = {EndpointOptions{.url = "http://fake",
                                                     .name = "main",
                                                     .dialect = dialect,
                                                     .server_version = std::move(version)}}});
}

TEST(Identify, NothingIsProbedUnasked) {
    const FakeClient f;
    serve(f, sglang);
    ASSERT_TRUE(f.client.chat(urgent()).ok());
    EXPECT_EQ(paths_of(f), std::vector<std::string>{chat_path});
    EXPECT_NE(f.fake->requests().at(0).body.find("structured_outputs"), std::string::npos);
}

TEST(Identify, IsRememberedForTheEndpoint) {
    const FakeClient f;
    serve(f, sglang);
    const auto found = f.client.identify();
    ASSERT_TRUE(found.ok());
    EXPECT_EQ(found->dialect, Dialect::sglang);
    EXPECT_EQ(found->version, "0.5.3");
    ASSERT_TRUE(f.client.chat(urgent()).ok());
    const std::string body = f.fake->requests().back().body;
    EXPECT_NE(body.find(R"("priority":-2)"), std::string::npos) << body;
    EXPECT_NE(body.find(R"("regex":"a+")"), std::string::npos) << body;
    EXPECT_EQ(body.find("structured_outputs"), std::string::npos) << body;
}

TEST(Identify, OtherEndpointsStayAsTheyAre) {
    const FakeClient f({.endpoints = {EndpointOptions{.url = "http://a", .name = "a"},
                                      EndpointOptions{.url = "http://b", .name = "b"}}});
    serve(f, sglang);
    ASSERT_TRUE(f.client.identify("b").ok());
    ASSERT_TRUE(f.client.chat(urgent(), {.endpoint = "a"}).ok());
    EXPECT_NE(f.fake->requests().back().body.find("structured_outputs"), std::string::npos);
    EXPECT_EQ(f.client.identify("c").error().kind, ErrorKind::config);
}

TEST(Identify, CheckRemembersToo) {
    const FakeClient f;
    serve(f, sglang);
    const auto report = f.client.check();
    ASSERT_TRUE(report.ok());
    EXPECT_EQ(report->server.dialect, Dialect::sglang);
    EXPECT_EQ(report->steps.front().name, "identity");
    EXPECT_EQ(report->steps.front().detail, "sglang 0.5.3 (owned_by \"sglang\")");
    EXPECT_EQ(report->server_version, "0.5.3");
}

TEST(Identify, WhatIsNotRecognisedIsTreatedAsBefore) {
    const FakeClient f;
    serve(f, {{"/v1/models", R"({"data":[{"id":"m","owned_by":"someone"}]})"}});
    const auto found = f.client.identify();
    ASSERT_TRUE(found.ok());
    EXPECT_EQ(found->dialect, Dialect::openai);
    ASSERT_TRUE(f.client.chat(urgent()).ok());
    EXPECT_NE(f.fake->requests().back().body.find("structured_outputs"), std::string::npos);
}

TEST(Identify, WhatIsNoServerOfThisKindIsAnError) {
    const FakeClient f;
    serve(f, {});
    EXPECT_EQ(f.client.identify().error().kind, ErrorKind::http);
    EXPECT_EQ(f.client.identify().error().http_status, 404);
    serve(f, {{"/v1/models", "<html></html>"}});
    EXPECT_EQ(f.client.identify().error().kind, ErrorKind::decode);
}

TEST(Identify, AServerThatIsDownIsAnError) {
    const FakeClient f;
    f.fake->fail("/v1/models", {.kind = ErrorKind::connect});
    EXPECT_EQ(f.client.identify().error().kind, ErrorKind::connect);
}

TEST(Identify, StopEndsIt) {
    const FakeClient f;
    serve(f, sglang);
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(f.client.identify({}, stop.get_token()).error().kind, ErrorKind::cancelled);
    EXPECT_TRUE(f.fake->requests().empty());
}

TEST(FixedDialect, IsNeverOverruled) {
    const FakeClient f = client_of(Dialect::vllm, "0.10.2");
    serve(f, sglang);
    const auto found = f.client.identify();
    ASSERT_TRUE(found.ok());
    EXPECT_EQ(found->dialect, Dialect::vllm);
    EXPECT_EQ(found->version, "0.10.2");
    EXPECT_TRUE(f.fake->requests().empty());
    ASSERT_TRUE(f.client.chat(urgent()).ok());
    EXPECT_NE(f.fake->requests().back().body.find(R"("guided_regex":"a+")"), std::string::npos);
}

TEST(FixedDialect, OnlyAMissingVersionIsAskedFor) {
    const FakeClient f = client_of(Dialect::nim);
    serve(f, {{"/v1/version", R"({"release":"1.8.4","api":"1.8.4"})"}});
    EXPECT_EQ(f.client.identify().value().version, "1.8.4");
    EXPECT_EQ(paths_of(f), std::vector<std::string>{"/v1/version"});
}

TEST(FixedDialect, NothingIsSentThatTheServerWouldIgnore) {
    const FakeClient f = client_of(Dialect::ollama);
    const auto reply = f.client.chat(urgent());
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.error().kind, ErrorKind::unsupported);
    EXPECT_EQ(reply.error().endpoint, "main");
    EXPECT_NE(reply.error().message.find("structured_outputs.regex"), std::string::npos);
    auto stream = f.client.chat_stream(urgent());
    EXPECT_EQ(stream.collect().error().kind, ErrorKind::unsupported);
    EXPECT_TRUE(f.fake->requests().empty());
}

TEST(FixedDialect, AnotherEndpointDoesWhatOneCannot) {
    const FakeClient f(
        {.endpoints = {
             EndpointOptions{.url = "http://a", .name = "a", .dialect = Dialect::ollama},
             EndpointOptions{.url = "http://b", .name = "b"},
             EndpointOptions{.url = "http://c", .name = "c", .dialect = Dialect::ollama}}});
    serve(f, {});
    for (int i = 0; i < 6; ++i) {
        const auto reply = f.client.chat(urgent());
        ASSERT_TRUE(reply.ok());
        EXPECT_EQ(reply->raw.endpoint, "b");
    }
    EXPECT_EQ(f.client.chat(urgent(), {.endpoint = "c"}).error().kind, ErrorKind::unsupported);
    f.fake->set_healthy(1, false);
    const auto nobody = f.client.chat(urgent());
    // With "b" down, the others are left, and neither can do it.
    ASSERT_FALSE(nobody.ok());
    EXPECT_EQ(nobody.error().kind, ErrorKind::unsupported);
}

TEST(FixedDialect, HealthAndMetricsGoWhereTheServerHasThem) {
    const FakeClient f = client_of(Dialect::nim);
    serve(f, {{"/v1/health/ready", R"({"object":"health.response","message":"ready"})"},
              {"/v1/metrics", "vllm:num_requests_running 2\n"}});
    EXPECT_TRUE(f.client.health().value().healthy);
    EXPECT_EQ(f.client.server_metrics().value().requests_running(), 2.0);
    EXPECT_TRUE(f.client.wait_ready(std::chrono::seconds(5)).ok());
}

TEST(FixedDialect, RawRequestsAreSentAsTheyAre) {
    const FakeClient f = client_of(Dialect::sglang);
    serve(f, {{"/x", "{}"}});
    ASSERT_TRUE(
        f.client.raw({.method = HttpMethod::post, .path = "/x", .body = R"({"priority":1})"}).ok());
    EXPECT_EQ(f.fake->requests().back().body, R"({"priority":1})");
}

TEST(FixedDialect, TheRequestHookSeesWhatIsSent) {
    ClientOptions options{
        .endpoints = {EndpointOptions{.url = "http://fake", .dialect = Dialect::sglang}}};
    std::string seen;
    options.request_hook = [&seen](const RequestView& view) {
        seen = view.body;
        return std::vector<Header>{};
    };
    const FakeClient f(std::move(options));
    serve(f, {});
    ASSERT_TRUE(f.client.chat(urgent()).ok());
    EXPECT_EQ(seen, f.fake->requests().back().body);
}

TEST(FixedDialect, IsCheckedWithTheOptions) {
    const FakeClient f = client_of(static_cast<Dialect>(200));
    ASSERT_FALSE(f.client.status().ok());
    EXPECT_NE(f.client.status().error().message.find("endpoints[0].dialect"), std::string::npos);
    EXPECT_FALSE(client_of(Dialect::vllm, "0\n1").client.status().ok());
}

}  // namespace
}  // namespace vllm_client::api
