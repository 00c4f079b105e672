// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/vllm_client.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "api/fake_client.h"
#include "support/scripted_server.h"

namespace vllm_client::api {
namespace {

using support::http_reply;
using support::ReceivedRequest;
using support::ScriptedServer;

constexpr const char* embedding_path = "/v1/embeddings";

ClientOptions wrong_options() {
    ClientOptions options{.endpoints = {"http://fake"}};
    options.read_environment = false;
    options.pool.max_connections = 0;
    return options;
}

ClientOptions options_for(const ScriptedServer& server) {
    ClientOptions options{.endpoints = {server.url()}};
    options.read_environment = false;
    return options;
}

template <class T>
void expect_config(const Result<T>& result, const std::string& option) {
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().kind, ErrorKind::config);
    EXPECT_NE(result.error().message.find(option), std::string::npos) << result.error().message;
}

TEST(VllmClient, WrongOptionsGiveAFailedClientWhoseEveryCallSaysWhy) {
    const VllmClient client(wrong_options());
    const std::string option = "pool.max_connections";
    expect_config(client.status(), option);
    expect_config(client.chat(ask("x")), option);
    expect_config(client.complete({.prompt = "x"}), option);
    expect_config(client.embed({.input = "x"}), option);
    expect_config(client.tokenize({.prompt = "x"}), option);
    expect_config(client.detokenize({.tokens = {1}}), option);
    expect_config(client.models(), option);
    expect_config(client.version(), option);
    expect_config(client.health(), option);
    expect_config(client.load(), option);
    expect_config(client.server_metrics(), option);
    expect_config(client.raw({.path = "/x"}), option);
    expect_config(client.wait_ready(std::chrono::milliseconds(1)), option);
    expect_config(client.check(), option);
    expect_config(client.bind({}).chat(ask("x")), option);
    auto stream = client.chat_stream(ask("x"));
    expect_config(stream.next(), option);
    expect_config(stream.collect(), option);
    EXPECT_EQ(client.metrics().requests, 0U);
    client.close();
}

TEST(VllmClient, CreateGivesTheErrorInsteadOfAFailedClient) {
    expect_config(VllmClient::create(wrong_options()), "pool.max_connections");
    auto good = VllmClient::create(FakeClient::with({}, testing::FakeTransport::make()));
    ASSERT_TRUE(good.ok());
    EXPECT_TRUE(good->status().ok());
}

TEST(VllmClient, ALaterBadUrlIsNamedByItsPlace) {
    ClientOptions options{.endpoints = {"http://a", "ftp://b"}};
    options.read_environment = false;
    expect_config(VllmClient(options).status(), "endpoints[1]");
}

TEST(VllmClient, CopiesShareEverythingAndTheLastOneShutsDown) {
    const FakeClient f;
    f.answer_chat("one");
    auto first = std::make_unique<VllmClient>(f.client);
    {
        VllmClient second(*first);
        EXPECT_TRUE(second.chat(ask("x")).ok());
    }
    EXPECT_TRUE(first->chat(ask("x")).ok());
    EXPECT_EQ(f.client.metrics().successes, 2U);
}

TEST(VllmClient, ACallThatOutlivesTheClientEndsAsCancelled) {
    auto fake = testing::FakeTransport::make();
    fake->stream(chat_path, {.hold_open = true});
    auto client = std::make_unique<VllmClient>(FakeClient::with({}, fake));
    auto call = client->chat_async(ask("x"));
    const BoundClient bound = client->bind({});
    client.reset();
    const auto reply = std::move(call).get();
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.error().kind, ErrorKind::cancelled);
    EXPECT_EQ(bound.chat(ask("x")).error().kind, ErrorKind::closed);
}

TEST(VllmClient, ChatGivesTextUsageTimingAndTheRawReply) {
    const FakeClient f;
    f.fake->reply(chat_path, {.body = testing::chat_reply_json("Hello \"you\""),
                              .headers = {{"X-Request-Id", "server-7"}}});
    const auto reply = f.client.chat(ask("Hi"));
    ASSERT_TRUE(reply.ok()) << reply.error().to_string();
    EXPECT_EQ(reply->text(), "Hello \"you\"");
    EXPECT_EQ(reply->finish_reason(), FinishReason::stop);
    ASSERT_TRUE(reply->usage);
    EXPECT_EQ(reply->usage->completion_tokens, 1);
    EXPECT_EQ(reply->raw.status, 200);
    EXPECT_EQ(reply->raw.request_id, "server-7");
    EXPECT_EQ(reply->raw.endpoint, "http://fake");
    EXPECT_EQ(reply->raw.body, testing::chat_reply_json("Hello \"you\""));
    EXPECT_GT(reply->timing.total.count(), 0);
    const auto requests = f.fake->requests();
    ASSERT_EQ(requests.size(), 1U);
    EXPECT_EQ(requests[0].header("content-type"), "application/json");
    EXPECT_NE(requests[0].body.find(R"("content":"Hi")"), std::string::npos);
    EXPECT_EQ(requests[0].body.find("\"model\""), std::string::npos);
}

TEST(VllmClient, FillsItsModelIntoRequestsThatNameNone) {
    const FakeClient f({.model = "tiny"});
    f.answer_chat("x");
    ASSERT_TRUE(f.client.chat(ask("a")).ok());
    ChatRequest named = ask("b");
    named.model = "other";
    ASSERT_TRUE(f.client.chat(named).ok());
    const auto requests = f.fake->requests();
    EXPECT_NE(requests.at(0).body.find(R"("model":"tiny")"), std::string::npos);
    EXPECT_NE(requests.at(1).body.find(R"("model":"other")"), std::string::npos);
}

TEST(VllmClient, OptionsOfTheCallWinOverThoseOfTheClient) {
    ClientOptions options{.api_key = "client-key"};
    options.headers = {{"X-Team", "client"}, {"X-Kept", "yes"}};
    options.timeouts.total = std::chrono::seconds(5);
    const FakeClient f(std::move(options));
    f.answer_chat("x");
    ASSERT_TRUE(f.client.chat(ask("a")).ok());
    CallOptions call{.headers = {{"x-team", "call"}}, .api_key = "call-key", .request_id = "id-1"};
    call.timeouts.total = std::chrono::seconds(1);
    ASSERT_TRUE(f.client.chat(ask("a"), call).ok());
    const auto requests = f.fake->requests();
    EXPECT_EQ(requests.at(0).header("Authorization"), "Bearer client-key");
    EXPECT_EQ(requests.at(0).header("X-Team"), "client");
    EXPECT_EQ(requests.at(0).timeouts.total, std::chrono::seconds(5));
    EXPECT_EQ(requests.at(0).request_id.size(), 32U);
    EXPECT_EQ(requests.at(1).header("Authorization"), "Bearer call-key");
    EXPECT_EQ(requests.at(1).header("X-Team"), "call");
    EXPECT_EQ(requests.at(1).header("X-Kept"), "yes");
    EXPECT_EQ(requests.at(1).timeouts.total, std::chrono::seconds(1));
    EXPECT_EQ(requests.at(1).header("X-Request-Id"), "id-1");
}

TEST(VllmClient, AWrongCallOptionIsAConfigErrorBeforeAnythingIsSent) {
    const FakeClient f;
    f.answer_chat("x");
    CallOptions negative;
    negative.timeouts.total = std::chrono::milliseconds(-1);
    expect_config(f.client.chat(ask("a"), negative), "CallOptions.timeouts.total");
    expect_config(f.client.chat(ask("a"), {.headers = {{"X", "a\r\nB: c"}}}),
                  "CallOptions.headers[0]");
    expect_config(f.client.chat(ask("a"), {.request_id = "a\nb"}), "CallOptions.request_id");
    expect_config(f.client.chat(ask("a"), {.endpoint = "nobody"}), "CallOptions.endpoint");
    expect_config(f.client.raw({.path = "no-slash"}), "RawRequest.path");
    EXPECT_TRUE(f.fake->requests().empty());
    EXPECT_TRUE(f.client.chat(ask("a")).ok());
}

TEST(VllmClient, EveryPlainFamilyWorksThroughTheFake) {
    const FakeClient f;
    f.fake->reply(completion_path, {.body = testing::completion_reply_json("done")});
    f.fake->reply(embedding_path, {.body = testing::embedding_reply_json({{1, 2}, {3, 4.5F}})});
    f.fake->reply("/tokenize",
                  {.body = R"({"count":2,"max_model_len":64,"tokens":[5,6],"token_strs":null})"});
    f.fake->reply("/detokenize", {.body = R"({"prompt":"Hello"})"});
    EXPECT_EQ(f.client.complete({.prompt = "x"}).value().text(), "done");
    const auto vectors = f.client.embed({.input = std::vector<std::string>{"a", "b"}}).value();
    ASSERT_EQ(vectors.size(), 2U);
    EXPECT_EQ(vectors[1][1], 4.5F);
    const auto tokens = f.client.tokenize({.prompt = "Hello"}).value();
    EXPECT_EQ(tokens.tokens, (std::vector<std::int64_t>{5, 6}));
    EXPECT_EQ(tokens.max_model_len, 64);
    EXPECT_EQ(f.client.detokenize({.tokens = {5, 6}}).value().prompt, "Hello");
}

TEST(VllmClient, EveryQuestionAboutTheServerWorksThroughTheFake) {
    const FakeClient f;
    f.fake->reply("/v1/models",
                  {.body = R"({"object":"list","data":[{"id":"m","object":"model",)"
                           R"("created":1,"owned_by":"vllm","max_model_len":128}]})"});
    f.fake->reply("/version", {.body = R"({"version":"0.32.0"})"});
    f.fake->reply("/load", {.body = R"({"server_load":3})"});
    f.fake->reply("/metrics", {.body = "vllm:num_requests_running{engine=\"0\"} 2\n",
                               .headers = {{"Content-Type", "text/plain"}}});
    f.fake->reply("/health", {.status = 200, .body = ""});
    const auto models = f.client.models().value();
    ASSERT_EQ(models.models.size(), 1U);
    EXPECT_EQ(models.models[0].max_model_len, 128);
    EXPECT_EQ(f.client.version().value().version, "0.32.0");
    EXPECT_EQ(f.client.load().value().server_load, 3);
    EXPECT_EQ(f.client.server_metrics().value().requests_running(), 2.0);
    EXPECT_TRUE(f.client.health().value().healthy);
    for (const auto& request : f.fake->requests())
        EXPECT_EQ(request.method, HttpMethod::get);
}

TEST(VllmClient, AnUnhealthyServerIsAnAnswerNotAnError) {
    const FakeClient f;
    f.fake->reply("/health", {.status = 503, .body = ""});
    const auto health = f.client.health();
    ASSERT_TRUE(health.ok());
    EXPECT_FALSE(health->healthy);
    EXPECT_EQ(health->raw.status, 503);
}

TEST(VllmClient, RawTakesAnyMethodBodyAndStatus) {
    const FakeClient f;
    f.fake->reply("/custom", {.status = 418, .body = "short and stout"});
    const auto reply = f.client.raw({.method = HttpMethod::post,
                                     .path = "/custom?a=1",
                                     .body = "x",
                                     .content_type = "text/plain"});
    ASSERT_TRUE(reply.ok());
    EXPECT_EQ(reply->status, 418);
    EXPECT_EQ(reply->body, "short and stout");
    const auto request = f.fake->requests().at(0);
    EXPECT_EQ(request.path, "/custom?a=1");
    EXPECT_EQ(request.header("Content-Type"), "text/plain");
    EXPECT_EQ(request.body, "x");
}

TEST(VllmClient, EveryFamilyWorksOverSockets) {
    ScriptedServer server;
    server.respond([](const ReceivedRequest& request) {
        if (request.target == chat_path) return http_reply(200, testing::chat_reply_json("chat"));
        if (request.target == completion_path) {
            return http_reply(200, testing::completion_reply_json("completion"));
        }
        if (request.target == embedding_path) {
            return http_reply(200, testing::embedding_reply_json({{0.5F}}));
        }
        if (request.target == "/health") return http_reply(200, "");
        if (request.target == "/version") return http_reply(200, R"({"version":"1"})");
        return http_reply(404, R"({"detail":"Not Found"})");
    });
    const VllmClient client(options_for(server));
    EXPECT_EQ(client.chat(ask("x")).value().text(), "chat");
    EXPECT_EQ(client.complete({.prompt = "x"}).value().text(), "completion");
    EXPECT_EQ(client.embed({.input = "x"}).value().values, std::vector<float>{0.5F});
    EXPECT_TRUE(client.health().value().healthy);
    EXPECT_EQ(client.version().value().version, "1");
    EXPECT_EQ(client.tokenize({.prompt = "x"}).error().kind, ErrorKind::unsupported);
    EXPECT_EQ(server.connections_accepted(), 1U);
    const auto chat = server.requests().at(0);
    EXPECT_EQ(chat.method, "POST");
    EXPECT_EQ(chat.header("Content-Type"), "application/json");
    EXPECT_EQ(chat.header("User-Agent").rfind("vllm-client/", 0), 0U);
}

}  // namespace
}  // namespace vllm_client::api
