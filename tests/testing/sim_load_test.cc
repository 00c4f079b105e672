// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "testing/sim_client.h"

namespace vllm_client {
namespace {

using support::chat_body;
using support::eventually;
using support::fast_sim;
using support::Json;
using support::SimClient;
using support::SimReply;
using testing::SimFault;
using testing::SimOptions;
using testing::SimServer;

constexpr const char* chat = "/v1/chat/completions";
constexpr const char* busy_message =
    "The engine is currently busy and cannot accept new requests. Please try again later or on a "
    "different instance.";

/// The value of a series, by its name and labels as written.
double series(const std::string& page, const std::string& name) {
    const std::size_t found = page.find("\n" + name + " ");
    return found == std::string::npos
               ? -1
               : std::strtod(page.c_str() + found + name.size() + 2, nullptr);
}

TEST(SimQueue, TakesTheTimeOfItsModel) {
    using Seconds = std::chrono::duration<double>;
    const SimServer server = SimServer::start({.time = {.base = Seconds(0.04),
                                                        .per_sequence = Seconds(0),
                                                        .per_prompt_token = Seconds(0),
                                                        .time_scale = 0.5}})
                                 .value();
    SimClient client(server);
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(client.post(chat, chat_body("x", {{"max_tokens", 10}, {"ignore_eos", true}})).status,
              200);
    const Seconds taken = std::chrono::steady_clock::now() - begin;
    EXPECT_GE(taken.count(), 0.199) << "ten steps of 20 ms";
    EXPECT_LT(taken.count(), 5.0);
    EXPECT_EQ(server.stats().steps, 10U);
}

TEST(SimQueue, RunsAsManyAsItHasSlotsAndQueuesTheRest) {
    SimServer server = SimServer::start({.time = {.time_scale = 1000, .slots = 3}}).value();
    std::vector<std::unique_ptr<SimClient>> clients;
    for (int i = 0; i < 5; ++i) {
        clients.push_back(std::make_unique<SimClient>(server));
        clients.back()->send(chat, chat_body("x", {{"stream", true}}));
        ASSERT_TRUE(
            eventually([&] { return server.stats().running + server.stats().waiting == i + 1U; }));
    }
    ASSERT_TRUE(
        eventually([&] { return server.stats().waiting <= 4 && server.stats().running >= 1; }));
    const std::string page = SimClient(server).get("/metrics").body;
    const double running =
        series(page, "vllm:num_requests_running{engine=\"0\",model_name=\"sim\"}");
    const double waiting =
        series(page, "vllm:num_requests_waiting{engine=\"0\",model_name=\"sim\"}");
    EXPECT_EQ(running + waiting, 5);
    EXPECT_GE(waiting, 2);
}

TEST(SimQueue, RefusesWithoutAHintBeyondItsLimit) {
    SimServer server = fast_sim({.max_num_queued_reqs = 2});
    server.set_paused(true);
    SimClient first(server);
    SimClient second(server);
    first.send(chat, chat_body("x", {{"n", 2}, {"max_tokens", 2}}));
    ASSERT_TRUE(eventually([&] { return server.stats().waiting == 2; }));
    for (const bool stream : {false, true}) {
        const SimReply refused = second.post(chat, chat_body("x", {{"stream", stream}}));
        EXPECT_EQ(refused.status, 503);
        EXPECT_EQ(refused.header("retry-after"), "");
        EXPECT_EQ(refused.body, R"({"error":{"message":")" + std::string(busy_message) +
                                    R"(","type":"Service Unavailable","param":null,"code":503}})");
    }
    EXPECT_EQ(server.stats().rejected, 2U);
    EXPECT_EQ(
        series(
            second.get("/metrics").body,
            "vllm:admission_rejections_total{model_name=\"sim\",reason=\"max_num_queued_reqs\"}"),
        2);
    server.set_paused(false);
    EXPECT_EQ(first.read_reply().status, 200);
    EXPECT_EQ(second.post(chat, chat_body("x", {{"max_tokens", 1}})).status, 200);
}

TEST(SimQueue, RefusesAListOfPromptsHalfWay) {
    SimServer server = fast_sim({.max_num_queued_reqs = 2});
    SimClient client(server);
    Json body{{"prompt", {"a", "b", "c"}}, {"max_tokens", 2}};
    EXPECT_EQ(client.post("/v1/completions", body).status, 503);
    body["stream"] = true;
    const SimReply streamed = client.post("/v1/completions", body);
    EXPECT_EQ(streamed.status, 200);
    EXPECT_TRUE(streamed.done());
    EXPECT_EQ(streamed.events().size(), 1U);
    EXPECT_EQ(streamed.events()[0]["error"]["code"], 503);
    EXPECT_EQ(server.stats().running + server.stats().waiting, 0U);
}

TEST(SimQueue, LimitsThePromptTokensInPrefill) {
    SimServer server = fast_sim({.max_num_queued_tokens = 5});
    server.set_paused(true);
    SimClient first(server);
    first.send(chat, chat_body("one two three four five six"));
    ASSERT_TRUE(eventually([&] { return server.stats().waiting == 1; }));
    SimClient second(server);
    const SimReply refused = second.post(chat, chat_body("x"));
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(
        refused.json()["error"]["message"],
        "The engine has reached its prefill token backlog limit. Please try again later or on "
        "a different instance.");
}

TEST(SimMetrics, CountWhatWasDone) {
    const SimServer server = fast_sim();
    SimClient client(server);
    EXPECT_EQ(client.post(chat, chat_body("x", {{"max_tokens", 4}, {"n", 2}, {"ignore_eos", true}}))
                  .status,
              200);
    EXPECT_EQ(client.post("/v1/embeddings", Json{{"input", "x"}}).status, 200);
    EXPECT_EQ(client.post(chat, Json::object()).status, 400);
    const SimReply reply = client.get("/metrics");
    EXPECT_EQ(reply.header("content-type"), "text/plain; version=1.0.0; charset=utf-8");
    const std::string& page = reply.body;
    const std::string labels = "{engine=\"0\",model_name=\"sim\"}";
    EXPECT_EQ(series(page, "vllm:generation_tokens_total" + labels), 8);
    EXPECT_EQ(series(page, "vllm:prompt_tokens_total" + labels), 4 + 4 + 1);
    EXPECT_EQ(series(page,
                     "vllm:request_success_total{engine=\"0\",finished_reason=\"length\",model_"
                     "name=\"sim\"}"),
              2);
    EXPECT_EQ(series(page, "vllm:time_to_first_token_seconds_count" + labels), 2);
    EXPECT_EQ(series(page, "vllm:inter_token_latency_seconds_count" + labels), 6);
    EXPECT_EQ(
        series(
            page,
            "vllm:e2e_request_latency_seconds_bucket{engine=\"0\",le=\"+Inf\",model_name=\"sim\"}"),
        3);
    EXPECT_EQ(series(page, "vllm:num_requests_running" + labels), 0);
    EXPECT_GT(series(page, "vllm:generation_tokens_created" + labels), 1e9);
    EXPECT_EQ(
        series(
            page,
            "http_requests_total{handler=\"/v1/chat/completions\",method=\"POST\",status=\"4xx\"}"),
        1);
    EXPECT_GT(series(page, "process_start_time_seconds"), 1e9);
}

TEST(SimMetrics, TrackTheLoadIfSwitchedOn) {
    SimServer server = fast_sim({.server_load_tracking = true});
    server.set_paused(true);
    SimClient busy(server);
    busy.send("/v1/completions", {{"prompt", {"a", "b"}}});
    ASSERT_TRUE(eventually([&] { return server.stats().waiting == 2; }));
    EXPECT_EQ(SimClient(server).get("/load").body, R"({"server_load":1})");
    busy.raw().close();
    EXPECT_TRUE(
        eventually([&] { return SimClient(server).get("/load").json()["server_load"] == 0; }));
}

TEST(SimMetrics, ForceUsageIfSwitchedOn) {
    const SimServer server = fast_sim({.force_include_usage = true});
    SimClient client(server);
    const auto events =
        client.post(chat, chat_body("x", {{"stream", true}, {"max_tokens", 2}})).events();
    ASSERT_EQ(events.size(), 4U);
    for (const Json& event : events)
        EXPECT_TRUE(event.contains("usage"));
}

TEST(SimMetrics, ShowPromptDetailsIfSwitchedOn) {
    const SimServer server = fast_sim({.prompt_tokens_details = true});
    SimClient client(server);
    const Json usage = client.post(chat, chat_body("x", {{"max_tokens", 1}})).json()["usage"];
    EXPECT_EQ(usage["prompt_tokens_details"].dump(),
              R"({"cached_tokens":0,"created_cache_tokens":0,"multimodal_tokens":null})");
}

class SimFaults : public ::testing::Test {
 protected:
    static Json body(bool stream, const char* fault, int value) {
        return chat_body("x", {{"stream", stream},
                               {"max_tokens", 9},
                               {"ignore_eos", true},
                               {"vllm_xargs", {{fault, value}}}});
    }

    SimServer server_{fast_sim()};
    SimClient client_{server_};
};

TEST_F(SimFaults, AnswerWithAnErrorStatus) {
    const SimReply reply = client_.post(chat, body(true, "sim_http_status", 503));
    EXPECT_EQ(reply.status, 503);
    EXPECT_EQ(reply.json()["error"]["type"], "Service Unavailable");
    EXPECT_EQ(client_.post(chat, body(false, "sim_http_status", 429)).status, 429);
}

TEST_F(SimFaults, BreakAStreamByAnErrorEvent) {
    const SimReply reply = client_.post(chat, body(true, "sim_error_after_tokens", 3));
    EXPECT_TRUE(reply.done());
    const auto events = reply.events();
    ASSERT_EQ(events.size(), 1U + 3U + 1U);
    EXPECT_EQ(
        events.back().dump(),
        R"({"error":{"message":"Internal server error","type":"InternalServerError","param":null,"code":500}})");
    const SimReply first = client_.post(chat, body(true, "sim_error_after_tokens", 0));
    EXPECT_EQ(first.events().size(), 1U);
    EXPECT_EQ(client_.post(chat, body(false, "sim_error_after_tokens", 3)).status, 500);
}

TEST_F(SimFaults, CutTheAnswer) {
    const SimReply reply = client_.post(chat, body(true, "sim_cut_after_tokens", 3));
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.events().size(), 1U + 3U);
    EXPECT_FALSE(reply.complete);
    EXPECT_TRUE(client_.at_end());
    SimClient other(server_);
    other.send(chat, body(false, "sim_cut_after_tokens", 3));
    EXPECT_TRUE(other.at_end());
}

TEST_F(SimFaults, StallUntilTheClientLeaves) {
    client_.send(chat, body(true, "sim_stall_after_tokens", 2));
    SimReply reply = client_.read_head();
    for (int i = 0; i < 3; ++i)
        EXPECT_NE(client_.read_chunk(reply), "");
    EXPECT_TRUE(eventually([&] { return server_.stats().running == 0; }));
    EXPECT_EQ(server_.stats().connections_open, 1U);
    client_.raw().close();
    EXPECT_TRUE(eventually([&] { return server_.stats().aborted == 1; }));
}

TEST_F(SimFaults, ComeFromTheCallbackToo) {
    const SimServer server = fast_sim({.fault = [](const testing::SimRequest& request) {
        SimFault fault;
        if (request.ordinal == 0) fault.http_status = 500;
        if (request.id == "cut-me") fault.cut_after_tokens = 1;
        if (request.path == "/v1/embeddings") fault.error_after_tokens = 0;
        return fault;
    }});
    SimClient client(server);
    EXPECT_EQ(client.post(chat, chat_body("x")).status, 500);
    EXPECT_EQ(client.post(chat, chat_body("x")).status, 200);
    EXPECT_EQ(client.post("/v1/embeddings", Json{{"input", {"x", "y"}}}).status, 500);
    EXPECT_FALSE(
        client.post(chat, chat_body("x", {{"stream", true}}), "x-request-id: cut-me\r\n").complete);
}

TEST(SimScale, ServesThousandsOfStreamsOnOneThread) {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    // Both ends live in this process.
    const std::size_t streams = std::min<std::size_t>(4000, (limit.rlim_cur - 100) / 2);
    SimServer server = fast_sim({.time = {.slots = 4096}});
    server.set_paused(true);
    std::vector<std::unique_ptr<SimClient>> clients;
    for (std::size_t i = 0; i < streams; ++i) {
        clients.push_back(std::make_unique<SimClient>(server));
        clients.back()->send(
            chat, chat_body("stream " + std::to_string(i),
                            {{"stream", true}, {"max_tokens", 5}, {"ignore_eos", true}}));
    }
    ASSERT_TRUE(eventually([&] { return server.stats().waiting == streams; }));
    server.set_paused(false);
    for (const auto& client : clients) {
        const SimReply reply = client->read_reply();
        ASSERT_TRUE(reply.done());
        ASSERT_EQ(reply.events().size(), 6U);
    }
    EXPECT_EQ(server.stats().finished, streams);
    EXPECT_EQ(server.stats().connections_accepted, streams);
}

}  // namespace
}  // namespace vllm_client
