// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "testing/sim_client.h"

namespace vllm_client {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using support::chat_body;
using support::eventually;
using support::fast_sim;
using support::Json;
using support::SimClient;
using support::SimReply;
using testing::SimServer;

constexpr const char* chat = "/v1/chat/completions";

class SimHttp : public ::testing::Test {
 protected:
    SimServer server_{fast_sim()};
    SimClient client_{server_};
};

TEST_F(SimHttp, AnswersTheSmallRoutes) {
    const SimReply health = client_.get("/health");
    EXPECT_EQ(health.status, 200);
    EXPECT_EQ(health.body, "");
    EXPECT_EQ(health.header("content-type"), "");
    EXPECT_EQ(health.header("server"), "uvicorn");
    EXPECT_TRUE(health.header("date").ends_with(" GMT"));
    EXPECT_EQ(client_.get("/ping").status, 200);
    EXPECT_EQ(client_.get("/version").body, R"({"version":"0.32.0"})");
    EXPECT_EQ(client_.get("/load").body, R"({"server_load":0})");
    EXPECT_EQ(client_.get("/version?x=1").status, 200);
}

TEST_F(SimHttp, ListsItsModels) {
    const SimServer server = fast_sim({.models = {"one", "two"}});
    SimClient client(server);
    const Json list = client.get("/v1/models").json();
    ASSERT_EQ(list["data"].size(), 2U);
    EXPECT_EQ(support::keys(list["data"][0]),
              "id object created owned_by root parent max_model_len permission");
    EXPECT_EQ(list["data"][1]["id"], "two");
    EXPECT_EQ(list["data"][0]["max_model_len"], 8192);
    EXPECT_EQ(
        client.post(chat, chat_body("x", {{"model", "two"}, {"max_tokens", 1}})).json()["model"],
        "two");
    EXPECT_EQ(client.post(chat, chat_body("x", {{"max_tokens", 1}})).json()["model"], "one");
}

TEST_F(SimHttp, RefusesUnknownRoutesAndMethods) {
    const SimReply unknown = client_.get("/v1/absent");
    EXPECT_EQ(unknown.status, 404);
    EXPECT_EQ(unknown.body, R"({"detail":"Not Found"})");
    const SimReply method = client_.get(chat);
    EXPECT_EQ(method.status, 405);
    EXPECT_EQ(method.body, R"({"detail":"Method Not Allowed"})");
    EXPECT_EQ(method.header("allow"), "POST");
    client_.raw().send("HEAD /health HTTP/1.1\r\nhost: x\r\n\r\n");
    const SimReply head = client_.read_reply(false);
    EXPECT_EQ(head.status, 405);
    EXPECT_EQ(head.header("allow"), "GET");
    const SimReply slash = client_.get("/version/");
    EXPECT_EQ(slash.status, 307);
    EXPECT_EQ(slash.header("location"), "http://sim/version");
}

TEST_F(SimHttp, OffersOnlyTheFamiliesOfItsTasks) {
    const SimServer pooling = fast_sim({.tasks = {"embed"}});
    SimClient client(pooling);
    EXPECT_EQ(client.post(chat, chat_body("x")).status, 404);
    EXPECT_EQ(client.post("/v1/embeddings", Json{{"input", "x"}}).status, 200);
    EXPECT_EQ(client.post("/tokenize", Json{{"prompt", "x"}}).status, 200);
}

TEST_F(SimHttp, GuardsOnlyVersionedPathsByKey) {
    const SimServer server = fast_sim({.api_keys = {"first", "second"}});
    SimClient client(server);
    for (const auto* const path : {"/v1/models", "/v1/absent", "/v2/absent"}) {
        const SimReply refused = client.get(path);
        EXPECT_EQ(refused.status, 401);
        EXPECT_EQ(refused.body, R"({"error":"Unauthorized"})");
    }
    EXPECT_EQ(client.get("/v1/models", "authorization: Bearer wrong\r\n").status, 401);
    EXPECT_EQ(client.get("/v1/models", "authorization: second\r\n").status, 401);
    EXPECT_EQ(client.get("/v1/models", "Authorization: Bearer second\r\n").status, 200);
    for (const auto* const path : {"/health", "/metrics", "/load", "/version"}) {
        EXPECT_EQ(client.get(path).status, 200);
    }
    EXPECT_EQ(client.post("/tokenize", Json{{"prompt", "x"}}).status, 200);
}

TEST_F(SimHttp, TakesTheRequestIdFromHeaderOrBody) {
    const Json body = chat_body("x", {{"max_tokens", 1}, {"request_id", "from-body"}});
    EXPECT_EQ(client_.post(chat, body).json()["id"], "chatcmpl-from-body");
    const SimReply reply = client_.post(chat, body, "X-Request-Id: from-header\r\n");
    EXPECT_EQ(reply.json()["id"], "chatcmpl-from-header");
    EXPECT_EQ(reply.header("x-request-id"), "") << "only with its switch";
}

TEST_F(SimHttp, EchoesTheRequestIdIfSwitchedOn) {
    const SimServer server = fast_sim({.request_id_headers = true});
    SimClient client(server);
    EXPECT_EQ(client.get("/health", "x-request-id: mine\r\n").header("x-request-id"), "mine");
    const std::string made = client.get("/health").header("x-request-id");
    EXPECT_EQ(made.size(), 32U);
    EXPECT_NE(client.get("/health").header("x-request-id"), made);
}

TEST_F(SimHttp, ServesPipelinedRequestsInOrder) {
    const std::string body = chat_body("x", {{"max_tokens", 3}, {"stream", true}}).dump();
    client_.send_text(chat, body);
    client_.raw().send(
        "GET /version HTTP/1.1\r\nhost: x\r\n\r\nGET /load HTTP/1.1\r\nhost: x\r\n\r\n");
    EXPECT_TRUE(client_.read_reply().done());
    EXPECT_EQ(client_.read_reply().body, R"({"version":"0.32.0"})");
    EXPECT_EQ(client_.read_reply().body, R"({"server_load":0})");
}

TEST_F(SimHttp, ReadsRequestsInAnyPieces) {
    const std::string body = chat_body("x", {{"max_tokens", 1}}).dump();
    const std::string request = "POST " + std::string(chat) +
                                " HTTP/1.1\r\nhost: x\r\ncontent-type: Application/JSON; "
                                "charset=utf-8\r\ncontent-length: " +
                                std::to_string(body.size()) + "\r\n\r\n" + body;
    for (const char byte : request)
        client_.raw().send({&byte, 1});
    EXPECT_EQ(client_.read_reply().status, 200);
}

TEST_F(SimHttp, ReadsChunkedRequests) {
    client_.raw().send(
        "POST /tokenize HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n"
        "content-type: application/json\r\n\r\n7\r\n{\"promp\r\n");
    client_.raw().send("7\r\nt\":\"a\"}\r\n0\r\n\r\n");
    EXPECT_EQ(client_.read_reply().json()["count"], 1);
}

TEST_F(SimHttp, TakesBodiesOfManyMegabytes) {
    const SimServer server = fast_sim({.max_model_len = 100'000'000});
    SimClient client(server);
    const std::string text(8U << 20U, 'x');
    EXPECT_EQ(client.post("/tokenize", Json{{"prompt", text}}).json()["count"], text.size());
}

TEST_F(SimHttp, GivesLeaveToContinue) {
    client_.raw().send(
        "POST /tokenize HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\n"
        "content-type: application/json\r\ncontent-length: 14\r\n\r\n");
    EXPECT_EQ(client_.read_head().head, "HTTP/1.1 100 Continue\r\n\r\n");
    client_.raw().send(R"({"prompt":"a"})");
    EXPECT_EQ(client_.read_reply().json()["count"], 1);
}

TEST_F(SimHttp, ClosesAfterHttp10AndConnectionClose) {
    EXPECT_EQ(client_.get("/version", "connection: close\r\n").header("connection"), "close");
    EXPECT_TRUE(client_.at_end());
    SimClient old(server_);
    old.raw().send("GET /version HTTP/1.0\r\nconnection: keep-alive\r\n\r\n");
    EXPECT_EQ(old.read_reply().status, 200);
    EXPECT_TRUE(old.at_end());
}

TEST_F(SimHttp, RefusesWhatIsNotHttp) {
    client_.raw().send("GARBAGE\r\n\r\n");
    const SimReply reply = client_.read_reply();
    EXPECT_EQ(reply.status, 400);
    EXPECT_EQ(reply.body, "Invalid HTTP request received.");
    EXPECT_TRUE(client_.at_end());
    SimClient http2(server_);
    http2.raw().send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    EXPECT_EQ(http2.read_reply().status, 400);
}

TEST_F(SimHttp, TakesLargeHeaders) {
    EXPECT_EQ(client_.get("/version", "x-large: " + std::string(200'000, 'x') + "\r\n").status,
              200);
}

TEST(SimKeepAlive, ClosesIdleConnectionsSilentlyAfterTheLastResponse) {
    const SimServer server = fast_sim({.keep_alive = milliseconds(150)});
    SimClient unused(server);
    SimClient used(server);
    const auto asked = steady_clock::now();
    EXPECT_EQ(used.get("/health").header("keep-alive"), "");
    EXPECT_TRUE(used.at_end());
    EXPECT_GE(steady_clock::now() - asked, milliseconds(150));
    EXPECT_FALSE(used.raw().was_reset());
    EXPECT_EQ(server.stats().connections_closed_idle, 1U);
    EXPECT_EQ(unused.get("/health").status, 200) << "a connection that was never used stays";
}

TEST(SimKeepAlive, DoesNotInterruptARequestThatHasBegun) {
    const SimServer server = fast_sim({.keep_alive = milliseconds(500)});
    SimClient slow(server);
    SimClient clock(server);
    EXPECT_EQ(slow.get("/health").status, 200);
    slow.raw().send("GET /ver");
    EXPECT_EQ(clock.get("/health").status, 200);
    EXPECT_TRUE(clock.at_end()) << "the time of both has passed";
    slow.raw().send("sion HTTP/1.1\r\nhost: x\r\n\r\n");
    EXPECT_EQ(slow.read_reply().status, 200);
}

TEST(SimKeepAlive, IsFiveSecondsByDefault) {
    EXPECT_EQ(testing::SimOptions{}.keep_alive, milliseconds(5000));
}

TEST_F(SimHttp, SendsTheHeadOfAStreamBeforeTheEngineWorks) {
    server_.set_paused(true);
    client_.send(chat, chat_body("x", {{"stream", true}, {"max_tokens", 2}}));
    SimReply reply = client_.read_head();
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(server_.stats().generated_tokens, 0U);
    server_.set_paused(false);
    EXPECT_NE(client_.read_chunk(reply), "");
}

TEST_F(SimHttp, AbortsWhenTheClientGoesAway) {
    server_.set_paused(true);
    for (const bool stream : {true, false}) {
        SimClient leaving(server_);
        leaving.send(chat, chat_body("x", {{"stream", stream}, {"n", 2}}));
        ASSERT_TRUE(eventually([&] { return server_.stats().waiting == 2; }));
        leaving.raw().close();
        EXPECT_TRUE(eventually([&] { return server_.stats().waiting == 0; }));
    }
    EXPECT_EQ(server_.stats().aborted, 4U);
}

TEST_F(SimHttp, TakesAHalfCloseForAClose) {
    server_.set_paused(true);
    client_.send(chat, chat_body("x"));
    ASSERT_TRUE(eventually([&] { return server_.stats().waiting == 1; }));
    client_.raw().half_close();
    EXPECT_TRUE(client_.at_end());
    EXPECT_EQ(server_.stats().aborted, 1U);
}

TEST_F(SimHttp, AbortsAStreamInTheMiddle) {
    const SimServer server =
        SimServer::start({.time = {.base = std::chrono::duration<double>(0.001)}}).value();
    SimClient client(server);
    client.send(chat, chat_body("x", {{"stream", true}, {"ignore_eos", true}}));
    SimReply reply = client.read_head();
    for (int i = 0; i < 5; ++i)
        EXPECT_NE(client.read_chunk(reply), "");
    EXPECT_EQ(server.stats().running, 1U);
    client.raw().reset();
    EXPECT_TRUE(eventually([&] { return server.stats().running == 0; }));
    EXPECT_EQ(server.stats().aborted, 1U);
}

TEST(SimComments, KeepSilentStreamsAlive) {
    SimServer server = fast_sim({.sse_keep_alive_interval = milliseconds(30)});
    server.set_paused(true);
    SimClient client(server);
    client.send(chat, chat_body("x", {{"stream", true}, {"max_tokens", 2}}));
    SimReply reply = client.read_head();
    EXPECT_EQ(client.read_chunk(reply), ": keep-alive\n\n");
    EXPECT_EQ(client.read_chunk(reply), ": keep-alive\n\n");
    server.set_paused(false);
    std::string last;
    for (std::string chunk; !(chunk = client.read_chunk(reply)).empty();)
        last = chunk;
    EXPECT_EQ(last, "data: [DONE]\n\n");
}

}  // namespace
}  // namespace vllm_client
