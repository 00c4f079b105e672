// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/responses.h"

#include <gtest/gtest.h>

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "api/fake_client.h"
#include "support/scripted_server.h"

namespace vllm_client::api {
namespace {

using support::chunk;
using support::ScriptedServer;
using support::sse_event;

constexpr const char* path = "/v1/responses";
const Error cut{.kind = ErrorKind::stream, .message = "the stream was cut"};

ResponseRequest ask_once(std::string text) {
    return {.input = std::move(text)};
}

std::string message(const std::string& text) {
    return R"({"type":"message","id":"msg_1","role":"assistant","content":[)"
           R"({"type":"output_text","text":")" +
           text + R"("}]})";
}

std::string response(const std::string& status, const std::string& text) {
    return R"({"id":"resp_1","status":")" + status + R"(","model":"m","output":[)" + message(text) +
           R"(],"usage":{"input_tokens":3,"output_tokens":2,"total_tokens":5}})";
}

std::string delta(const std::string& text) {
    return R"({"type":"response.output_text.delta","output_index":0,"delta":")" + text + R"("})";
}

// Events of a whole stream; the last one has the answer.
std::vector<std::string> whole(const std::vector<std::string>& texts) {
    std::vector<std::string> events{R"({"type":"response.created","response":{"id":"resp_1"}})",
                                    R"({"type":"response.output_item.added","output_index":0})"};
    std::string all;
    for (const std::string& text : texts) {
        events.push_back(delta(text));
        all += text;
    }
    events.push_back(R"({"type":"response.completed","response":)" + response("completed", all) +
                     "}");
    return events;
}

// All but the last event.
std::vector<std::string> beginning(const std::vector<std::string>& texts) {
    auto events = whole(texts);
    events.pop_back();
    return events;
}

ClientOptions options_for(const ScriptedServer& server) {
    ClientOptions options{.endpoints = {server.url()}};
    options.read_environment = false;
    return options;
}

// What a server sends that ends a stream without an end marker.
std::string reply_of(const std::vector<std::string>& events) {
    std::string body;
    for (const std::string& event : events)
        body += chunk("event: later\n" + sse_event(event));
    return support::sse_reply_head() + body + "0\r\n\r\n";
}

TEST(Responses, CreateSendsTheRequestAndReadsTheAnswer) {
    const FakeClient f({.model = "m"});
    f.fake->reply(path, {.body = response("completed", "hello")});
    const auto reply = f.client.responses().create({.input = "hi", .request_id = "resp_mine"});
    ASSERT_TRUE(reply.ok()) << reply.error().to_string();
    EXPECT_EQ(reply->text(), "hello");
    EXPECT_EQ(reply->status, ResponseStatus::completed);
    EXPECT_EQ(reply->raw.status, 200);
    const auto sent = f.fake->requests().at(0);
    EXPECT_EQ(sent.body, R"({"input":"hi","model":"m","request_id":"resp_mine"})");
    EXPECT_EQ(sent.method, HttpMethod::post);
    EXPECT_EQ(sent.request_id, "resp_mine");
    EXPECT_FALSE(sent.stream);
    EXPECT_EQ(f.client.metrics().completion_tokens, 2U);
}

TEST(Responses, EveryFormOfEveryRoute) {
    const FakeClient f;
    f.fake->reply(path, {.body = response("queued", "")});
    f.fake->reply("/v1/responses/resp_1", {.body = response("in_progress", "a")});
    f.fake->reply("/v1/responses/resp_1/cancel", {.body = response("cancelled", "a")});
    const Responses responses = f.client.responses();
    EXPECT_EQ(responses.create_async(ask_once("x")).get().value().status, ResponseStatus::queued);
    EXPECT_EQ(responses.retrieve("resp_1").value().status, ResponseStatus::in_progress);
    EXPECT_EQ(responses.retrieve_async("resp_1").get().value().text(), "a");
    EXPECT_EQ(responses.cancel("resp_1").value().status, ResponseStatus::cancelled);
    EXPECT_EQ(responses.cancel_async("resp_1").get().value().status, ResponseStatus::cancelled);
    EXPECT_EQ(f.fake->requests().at(1).method, HttpMethod::get);
    EXPECT_EQ(f.fake->requests().at(3).method, HttpMethod::post);
    EXPECT_EQ(f.fake->requests().at(3).body, "");
}

TEST(Responses, IdsCannotLeaveTheirPlaceInThePath) {
    const FakeClient f;
    f.fake->on_request([](const testing::FakeRequest&) {
        return testing::CannedReply{.body = response("completed", "")};
    });
    ASSERT_TRUE(f.client.responses().retrieve("../a?b#c d\n%\xFF").ok());
    EXPECT_EQ(f.fake->requests().at(0).path, "/v1/responses/%2E%2E%2Fa%3Fb%23c%20d%0A%25%FF");
    for (const auto& error :
         {f.client.responses().retrieve("").error(), f.client.responses().cancel("").error(),
          f.client.responses().retrieve_stream("").collect().error()}) {
        EXPECT_EQ(error.kind, ErrorKind::config);
        EXPECT_EQ(error.message, "the response's id is empty");
    }
    EXPECT_EQ(f.fake->requests().size(), 1U);
}

TEST(Responses, AWrongFieldIsAConfigErrorAndNothingIsSent) {
    const FakeClient f;
    EXPECT_EQ(f.client.responses().create({}).error().kind, ErrorKind::config);
    EXPECT_EQ(f.client.responses().create_stream({}).next().error().kind, ErrorKind::config);
    EXPECT_TRUE(f.fake->requests().empty());
}

TEST(Responses, AnErrorStatusIsAnHttpErrorWithTheServersWords) {
    const FakeClient f;
    f.fake->reply(path, {.status = 404, .body = testing::error_reply_json(404, "no model")});
    EXPECT_EQ(f.client.responses().create(ask_once("x")).error().server.message, "no model");
    const auto streamed = f.client.responses().create_stream(ask_once("x")).collect();
    EXPECT_EQ(streamed.error().kind, ErrorKind::http);
    EXPECT_EQ(streamed.error().http_status, 404);
}

TEST(Responses, AStreamGivesEveryEventThenTheAnswer) {
    const FakeClient f;
    f.fake->stream(path, whole({"Hel", "lo"}));
    auto stream = f.client.responses().create_stream(ask_once("x"));
    std::string text;
    std::size_t events = 0;
    for (const ResponseEvent& event : stream) {
        text += event.text();
        ++events;
    }
    EXPECT_EQ(text, "Hello");
    EXPECT_EQ(events, 5U);
    const auto reply = stream.collect();
    ASSERT_TRUE(reply.ok()) << reply.error().to_string();
    EXPECT_EQ(reply->text(), "Hello");
    EXPECT_GT(reply->timing.first_token.count(), 0);
    EXPECT_GE(reply->timing.first_token, reply->timing.first_chunk);
    EXPECT_FALSE(stream.next().value().has_value());
    EXPECT_NE(f.fake->requests().at(0).body.find(R"("stream":true)"), std::string::npos);
    EXPECT_EQ(f.client.metrics().completion_tokens, 2U);
    EXPECT_EQ(f.client.metrics().first_token.count, 1U);
}

TEST(Responses, ForEachWorksTheSame) {
    const FakeClient f;
    f.fake->stream(path, whole({"a", "b"}));
    std::string text;
    auto done =
        f.client.responses().create_stream(ask_once("x")).for_each([&](const ResponseEvent& event) {
            text += event.text();
        });
    EXPECT_TRUE(std::move(done).get().ok());
    EXPECT_EQ(text, "ab");
}

TEST(Responses, AStreamIsTakenUpAfterTheEventNamed) {
    const FakeClient f;
    f.fake->stream("/v1/responses/resp_1", whole({"lo"}));
    const Responses responses = f.client.responses();
    EXPECT_EQ(responses.retrieve_stream("resp_1", 8).collect().value().text(), "lo");
    EXPECT_EQ(responses.retrieve_stream("resp_1").collect().value().id, "resp_1");
    EXPECT_EQ(f.fake->requests().at(0).path, "/v1/responses/resp_1?stream=true&starting_after=8");
    EXPECT_EQ(f.fake->requests().at(0).method, HttpMethod::get);
    EXPECT_TRUE(f.fake->requests().at(0).stream);
    EXPECT_EQ(f.fake->requests().at(1).path, "/v1/responses/resp_1?stream=true");
}

TEST(Responses, AStreamWithoutItsLastEventIsBroken) {
    const FakeClient f;
    f.fake->stream(path, beginning({"Hel", "lo"}));
    f.fake->stream(path, {.events = beginning({"Hel", "lo"}), .error = cut});
    auto marked = beginning({"Hel", "lo"});
    marked.emplace_back("[DONE]");
    f.fake->stream(path, marked);
    for (int i = 0; i < 3; ++i) {
        const auto reply = f.client.responses().create_stream(ask_once("x")).collect();
        ASSERT_FALSE(reply.ok());
        EXPECT_EQ(reply.error().kind, ErrorKind::stream);
        EXPECT_EQ(reply.error().partial, std::vector<std::string>{"Hello"});
    }
    EXPECT_EQ(f.client.metrics().failures, 3U);
}

TEST(Responses, AnErrorEventIsAnError) {
    const FakeClient f;
    auto events = beginning({"Hel"});
    events.push_back(testing::error_reply_json(503, "too busy"));
    f.fake->stream(path, events);
    const auto error = f.client.responses().create_stream(ask_once("x")).collect().error();
    EXPECT_EQ(error.kind, ErrorKind::stream);
    EXPECT_EQ(error.http_status, 503);
    EXPECT_EQ(error.server.message, "too busy");
    EXPECT_EQ(error.partial, std::vector<std::string>{"Hel"});
}

TEST(Responses, WhatComesAfterTheLastEventIsIgnored) {
    const FakeClient f;
    auto events = whole({"a"});
    events.emplace_back("[DONE]");
    events.emplace_back("not JSON");
    f.fake->stream(path, events);
    EXPECT_EQ(f.client.responses().create_stream(ask_once("x")).collect().value().text(), "a");
}

TEST(Responses, CancellingEndsAStream) {
    const FakeClient f;
    f.fake->stream(path, {.events = beginning({"Hel"}), .hold_open = true});
    std::stop_source stop;
    auto stream = f.client.responses().create_stream(ask_once("x"), {.stop = stop.get_token()});
    ASSERT_TRUE(stream.next().ok());
    ASSERT_TRUE(stream.next().ok());
    ASSERT_EQ(stream.next().value()->text(), "Hel");
    stop.request_stop();
    const auto step = stream.next();
    EXPECT_EQ(step.error().kind, ErrorKind::cancelled);
    EXPECT_EQ(step.error().partial, std::vector<std::string>{"Hel"});
    EXPECT_TRUE(eventually([&] { return f.fake->cancelled_count() == 1; }));
}

TEST(Responses, TheLastEventLeavesTheConnectionForTheNext) {
    ScriptedServer server;
    server.respond([](const support::ReceivedRequest&) { return reply_of(whole({"Hel", "lo"})); });
    const VllmClient client(options_for(server));
    for (int i = 0; i < 5; ++i) {
        std::string text;
        for (const auto& event : client.responses().create_stream(ask_once("x")))
            text += event.text();
        EXPECT_EQ(text, "Hello");
    }
    EXPECT_EQ(server.connections_accepted(), 1U);
}

TEST(Responses, ADroppedStreamClosesItsConnection) {
    ScriptedServer server;
    server.serve({support::read_request(), support::send(support::sse_reply_head()),
                  support::send(chunk(sse_event(delta("a")))), support::hold()});
    const VllmClient client(options_for(server));
    {
        auto stream = client.responses().create_stream(ask_once("x"));
        ASSERT_EQ(stream.next().value()->text(), "a");
    }
    EXPECT_TRUE(server.wait_until([&] { return server.peer_closed_count() == 1; }));
}

TEST(Responses, ABodyCutShortIsBroken) {
    ScriptedServer server;
    server.serve({support::read_request(), support::send(support::sse_reply_head()),
                  support::send(chunk(sse_event(delta("a")))), support::close()});
    const VllmClient client(options_for(server));
    const auto reply = client.responses().create_stream(ask_once("x")).collect();
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.error().kind, ErrorKind::stream);
    EXPECT_EQ(reply.error().partial, std::vector<std::string>{"a"});
}

TEST(Responses, TheHandleOutlivesTheClient) {
    auto client =
        std::make_unique<VllmClient>(FakeClient::with({}, testing::FakeTransport::make()));
    const Responses responses = client->responses();
    client.reset();
    EXPECT_EQ(responses.create(ask_once("x")).error().kind, ErrorKind::closed);
    EXPECT_EQ(responses.create_stream(ask_once("x")).next().error().kind, ErrorKind::closed);
}

}  // namespace
}  // namespace vllm_client::api
