// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/messages.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "api/fake_client.h"
#include "support/scripted_server.h"

namespace vllm_client::api {
namespace {

using support::chunk;
using support::ScriptedServer;
using support::sse_event;

constexpr const char* path = "/v1/messages";
const Error cut{.kind = ErrorKind::stream, .message = "the stream was cut"};

MessagesRequest ask_once(std::string text) {
    return {.messages = {anthropic_user(std::move(text))}, .max_tokens = 9};
}

const std::string answer =
    R"({"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text",)"
    R"("text":"hello"}],"stop_reason":"end_turn","usage":{"input_tokens":3,"output_tokens":2}})";

std::string delta(const std::string& text) {
    return R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":")" +
           text + R"("}})";
}

std::vector<std::string> whole(const std::vector<std::string>& texts) {
    std::vector<std::string> events{
        R"({"type":"message_start","message":{"id":"msg_1","role":"assistant","content":[],)"
        R"("model":"m","usage":{"input_tokens":3,"output_tokens":0}}})",
        R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})"};
    for (const std::string& text : texts)
        events.push_back(delta(text));
    events.emplace_back(R"({"type":"content_block_stop","index":0})");
    events.emplace_back(R"({"type":"message_delta","delta":{"stop_reason":"end_turn",)"
                        R"("stop_sequence":null},"usage":{"output_tokens":2}})");
    events.emplace_back(R"({"type":"message_stop"})");
    return events;
}

// The same, cut off right after the texts.
std::vector<std::string> beginning(const std::vector<std::string>& texts) {
    auto events = whole(texts);
    events.resize(events.size() - 3);
    return events;
}

ClientOptions options_for(const ScriptedServer& server) {
    ClientOptions options{.endpoints = {server.url()}};
    options.read_environment = false;
    return options;
}

TEST(Messages, CreateSendsTheRequestAndReadsTheAnswer) {
    const FakeClient f({.api_key = "secret", .model = "m"});
    f.fake->reply(path, {.body = answer});
    const auto reply = f.client.messages().create(ask_once("hi"));
    ASSERT_TRUE(reply.ok()) << reply.error().to_string();
    EXPECT_EQ(reply->text(), "hello");
    EXPECT_EQ(reply->stop_reason, MessagesStop::end_turn);
    EXPECT_EQ(reply->raw.status, 200);
    const auto sent = f.fake->requests().at(0);
    EXPECT_EQ(sent.body,
              R"({"max_tokens":9,"messages":[{"content":"hi","role":"user"}],"model":"m"})");
    EXPECT_EQ(sent.header("Authorization"), "Bearer secret");
    EXPECT_FALSE(sent.header("x-api-key"));
    EXPECT_EQ(f.client.metrics().completion_tokens, 2U);
    EXPECT_EQ(f.client.messages().create_async(ask_once("hi")).get().value().text(), "hello");
}

TEST(Messages, CountsTokens) {
    const FakeClient f({.model = "m"});
    f.fake->reply("/v1/messages/count_tokens", {.body = R"({"input_tokens":4,"context_management":)"
                                                        R"({"original_input_tokens":5}})"});
    const auto count = f.client.messages().count_tokens({.messages = {anthropic_user("hi")}});
    ASSERT_TRUE(count.ok()) << count.error().to_string();
    EXPECT_EQ(count->input_tokens, 4);
    EXPECT_EQ(count->original_input_tokens, 5);
    EXPECT_EQ(f.fake->requests().at(0).body,
              R"({"messages":[{"content":"hi","role":"user"}],"model":"m"})");
    EXPECT_EQ(f.client.messages().count_tokens_async(ask_once("hi")).get().value().input_tokens, 4);
}

TEST(Messages, AWrongFieldIsAConfigErrorAndNothingIsSent) {
    const FakeClient f;
    EXPECT_EQ(f.client.messages().create({}).error().kind, ErrorKind::config);
    EXPECT_EQ(f.client.messages().create_stream({}).next().error().kind, ErrorKind::config);
    EXPECT_EQ(f.client.messages().count_tokens({}).error().kind, ErrorKind::config);
    EXPECT_TRUE(f.fake->requests().empty());
}

TEST(Messages, BothErrorBodiesOfTheRouteAreRead) {
    const FakeClient f;
    f.fake->reply(path, {.status = 404,
                         .body = R"({"type":"error","error":{"type":"NotFoundError",)"
                                 R"("message":"no model"}})"});
    f.fake->reply(path, {.status = 400, .body = testing::error_reply_json(400, "wrong type")});
    const auto first = f.client.messages().create(ask_once("x")).error();
    EXPECT_EQ(first.kind, ErrorKind::http);
    EXPECT_EQ(first.server.type, "NotFoundError");
    const auto second = f.client.messages().create_stream(ask_once("x")).collect().error();
    EXPECT_EQ(second.http_status, 400);
    EXPECT_EQ(second.server.message, "wrong type");
}

TEST(Messages, AStreamGivesEveryEventThenTheAnswer) {
    const FakeClient f;
    f.fake->stream(path, whole({"Hel", "lo"}));
    auto stream = f.client.messages().create_stream(ask_once("x"));
    std::string text;
    std::vector<MessagesEvent::Kind> kinds;
    for (const MessagesEvent& event : stream) {
        text += event.text();
        kinds.push_back(event.kind);
    }
    EXPECT_EQ(text, "Hello");
    EXPECT_EQ(kinds.size(), 7U);
    EXPECT_EQ(kinds.back(), MessagesEvent::Kind::message_stop);
    const auto reply = stream.collect();
    ASSERT_TRUE(reply.ok()) << reply.error().to_string();
    EXPECT_EQ(reply->text(), "Hello");
    EXPECT_EQ(reply->id, "msg_1");
    EXPECT_EQ(reply->stop_reason, MessagesStop::end_turn);
    EXPECT_EQ(reply->usage.total_tokens, 5);
    EXPECT_GT(reply->timing.first_token.count(), 0);
    EXPECT_EQ(f.client.metrics().completion_tokens, 2U);
    EXPECT_EQ(f.client.metrics().first_token.count, 1U);
}

TEST(Messages, AStreamWithoutItsLastEventIsBroken) {
    const FakeClient f;
    auto all_but_stop = whole({"Hel", "lo"});
    all_but_stop.pop_back();
    f.fake->stream(path, all_but_stop);
    f.fake->stream(path, beginning({"Hel", "lo"}));
    f.fake->stream(path, {.events = beginning({"Hel", "lo"}), .error = cut});
    for (int i = 0; i < 3; ++i) {
        const auto reply = f.client.messages().create_stream(ask_once("x")).collect();
        ASSERT_FALSE(reply.ok());
        EXPECT_EQ(reply.error().kind, ErrorKind::stream);
        EXPECT_EQ(reply.error().partial, std::vector<std::string>{"Hello"});
    }
}

TEST(Messages, AnErrorEventIsAnError) {
    const FakeClient f;
    auto events = beginning({"Hel"});
    events.emplace_back(
        R"({"type":"error","error":{"type":"internal_error","message":"engine died"}})");
    f.fake->stream(path, events);
    const auto error = f.client.messages().create_stream(ask_once("x")).collect().error();
    EXPECT_EQ(error.kind, ErrorKind::stream);
    EXPECT_EQ(error.server.type, "internal_error");
    EXPECT_EQ(error.server.message, "engine died");
    EXPECT_EQ(error.partial, std::vector<std::string>{"Hel"});
}

TEST(Messages, CancelFromAnotherThreadEndsTheWait) {
    const FakeClient f;
    f.fake->stream(path, {.events = beginning({"Hel"}), .hold_open = true});
    auto stream = f.client.messages().create_stream(ask_once("x"));
    std::jthread other([&] {
        while (f.fake->open_count() == 0)
            std::this_thread::yield();
        stream.cancel();
    });
    EXPECT_EQ(stream.collect().error().kind, ErrorKind::cancelled);
    EXPECT_TRUE(eventually([&] { return f.fake->cancelled_count() == 1; }));
}

TEST(Messages, TheLastEventLeavesTheConnectionForTheNext) {
    ScriptedServer server;
    server.respond([](const support::ReceivedRequest&) {
        std::string body;
        for (const std::string& event : whole({"Hel", "lo"}))
            body += chunk(sse_event(event));
        return support::sse_reply_head() + body + "0\r\n\r\n";
    });
    const VllmClient client(options_for(server));
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(client.messages().create_stream(ask_once("x")).collect().value().text(), "Hello");
    EXPECT_EQ(server.connections_accepted(), 1U);
}

TEST(Messages, AStreamThatNeverTalksRunsIntoItsLimit) {
    ScriptedServer server;
    server.serve({support::read_request(), support::send(support::sse_reply_head()),
                  support::send(chunk(sse_event(whole({}).front()))), support::hold()});
    const VllmClient client(options_for(server));
    CallOptions options;
    options.timeouts.first_token = std::chrono::milliseconds(50);
    const auto error = client.messages().create_stream(ask_once("x"), options).collect().error();
    EXPECT_EQ(error.kind, ErrorKind::timeout);
    EXPECT_EQ(error.phase, Phase::first_token);
}

TEST(Messages, TheHandleOutlivesTheClient) {
    auto client =
        std::make_unique<VllmClient>(FakeClient::with({}, testing::FakeTransport::make()));
    const Messages messages = client->messages();
    client.reset();
    EXPECT_EQ(messages.create(ask_once("x")).error().kind, ErrorKind::closed);
    EXPECT_EQ(messages.count_tokens(ask_once("x")).error().kind, ErrorKind::closed);
}

}  // namespace
}  // namespace vllm_client::api
