// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/stream.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "api/fake_client.h"
#include "support/scripted_server.h"

namespace vllm_client::api {
namespace {

using support::chat_chunk;
using support::chunk;
using support::ScriptedServer;
using support::sse_event;
using testing::chat_stream_events;

const Error cut{.kind = ErrorKind::stream, .message = "the stream was cut"};

// The first events of an answer: role and texts, without finish reason, usage and end marker.
std::vector<std::string> beginning(const std::vector<std::string>& texts) {
    auto events = chat_stream_events(texts);
    events.resize(1 + texts.size());
    return events;
}

ClientOptions options_for(const ScriptedServer& server) {
    ClientOptions options{.endpoints = {server.url()}};
    options.read_environment = false;
    return options;
}

std::string many(std::size_t count, const std::string& text) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i)
        all += text + std::to_string(i) + ' ';
    return all;
}

std::vector<std::string> numbered(std::size_t count, const std::string& text) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < count; ++i)
        texts.push_back(text + std::to_string(i) + ' ');
    return texts;
}

TEST(Stream, ARangeGivesTextInOrder) {
    const FakeClient f;
    f.fake->stream(chat_path, chat_stream_events({"Hel", "lo", "!"}));
    std::string text;
    for (auto& delta : f.client.chat_stream(ask("x")))
        text += delta.text();
    EXPECT_EQ(text, "Hello!");
    EXPECT_TRUE(f.fake->requests().at(0).stream);
    EXPECT_NE(f.fake->requests().at(0).body.find(R"("stream":true)"), std::string::npos);
}

TEST(Stream, NextGivesNothingAgainAndAgainAfterTheEnd) {
    const FakeClient f;
    f.fake->stream(chat_path, chat_stream_events({"a"}));
    auto stream = f.client.chat_stream(ask("x"));
    int deltas = 0;
    for (;;) {
        auto step = stream.next();
        ASSERT_TRUE(step.ok()) << step.error().to_string();
        if (!*step) break;
        ++deltas;
    }
    EXPECT_EQ(deltas, 4);  // role, text, finish reason, usage
    EXPECT_FALSE(stream.next().value().has_value());
}

TEST(Stream, CollectGivesTheWholeAnswerDeltasAlreadyTakenIncluded) {
    const FakeClient f;
    f.fake->stream(chat_path, chat_stream_events({"Hel", "lo"}));
    auto stream = f.client.chat_stream(ask("x"));
    ASSERT_TRUE(stream.next().ok());
    ASSERT_TRUE(stream.next().ok());
    const auto reply = stream.collect();
    ASSERT_TRUE(reply.ok());
    EXPECT_EQ(reply->text(), "Hello");
    EXPECT_EQ(reply->finish_reason(), FinishReason::stop);
    EXPECT_FALSE(reply->end_marker_missing);
    ASSERT_TRUE(reply->usage);
    EXPECT_EQ(reply->usage->completion_tokens, 2);
    EXPECT_EQ(reply->raw.status, 200);
    EXPECT_EQ(stream.collect().value().text(), "Hello");
}

TEST(Stream, CompletionsStreamToo) {
    const FakeClient f;
    f.fake->stream(completion_path, testing::completion_stream_events({"a", "b"}));
    auto stream = f.client.complete_stream({.prompt = "x"});
    EXPECT_EQ(stream.collect().value().text(), "ab");
}

TEST(Stream, ForEachCallsInOrderAndNeverTwiceAtOnce) {
    for (const Executor& executor : {Executor(), Executor::inline_on_io()}) {
        const FakeClient f({.executor = executor});
        f.fake->stream(chat_path, chat_stream_events(numbered(300, "n")));
        std::string text;
        std::atomic<int> inside{0};
        std::atomic<bool> overlapped{false};
        auto done = f.client.chat_stream(ask("x")).for_each([&](const ChatDelta& delta) {
            if (++inside != 1) overlapped = true;
            text += delta.text();
            --inside;
        });
        EXPECT_TRUE(std::move(done).get().ok());
        EXPECT_EQ(text, many(300, "n"));
        EXPECT_FALSE(overlapped);
    }
}

TEST(Stream, ForEachGoesOnWhereNextStopped) {
    const FakeClient f;
    f.fake->stream(chat_path, chat_stream_events({"a", "b", "c"}));
    auto stream = f.client.chat_stream(ask("x"));
    ASSERT_TRUE(stream.next().ok());
    ASSERT_EQ(stream.next().value()->text(), "a");
    std::string text;
    auto done = std::move(stream).for_each([&](const ChatDelta& delta) { text += delta.text(); });
    EXPECT_TRUE(std::move(done).get().ok());
    EXPECT_EQ(text, "bc");
}

TEST(Stream, ForEachWaitsQuietlyForTheRestOfAnEvent) {
    ScriptedServer server;
    const support::Gate half_seen;
    const support::Gate go_on;
    const std::string event = sse_event(chat_chunk("hello"));
    server.serve({support::read_request(), support::send(support::sse_reply_head()),
                  support::send(chunk(event.substr(0, 20))), support::open(half_seen),
                  support::wait_for(go_on), support::send(chunk(event.substr(20))),
                  support::send(chunk(sse_event(support::chat_finish_chunk()))),
                  support::send(chunk(support::sse_done()) + "0\r\n\r\n"),
                  support::loop_from_start()});
    std::atomic<int> posts{0};
    ClientOptions options = options_for(server);
    options.executor = Executor([&](Executor::Task task) {
        ++posts;
        task();
    });
    const VllmClient client(std::move(options));
    std::string text;
    auto done = client.chat_stream(ask("x")).for_each(
        [&](const ChatDelta& delta) { text += delta.text(); });
    ASSERT_TRUE(half_seen.wait(patience));
    ASSERT_TRUE(eventually([&] { return posts > 0; }));
    go_on.open();
    EXPECT_TRUE(std::move(done).get().ok());
    EXPECT_EQ(text, "hello");
    EXPECT_LT(posts, 20);
}

TEST(Stream, ACallbackThatThrowsCancelsItsStreamOnly) {
    const FakeClient f;
    f.fake->stream(chat_path, {.events = beginning({"a", "b"}), .hold_open = true});
    f.fake->stream(completion_path, testing::completion_stream_events({"fine"}));
    auto done = f.client.chat_stream(ask("x")).for_each(
        [](const ChatDelta&) { throw std::runtime_error("no more"); });
    EXPECT_FALSE(std::move(done).get().ok());
    EXPECT_TRUE(eventually([&] { return f.fake->cancelled_count() == 1; }));
    EXPECT_TRUE(eventually([&] { return f.client.metrics().callback_exceptions == 1; }));
    EXPECT_EQ(f.client.complete_stream({.prompt = "x"}).collect().value().text(), "fine");
}

TEST(Stream, DroppingTheCallOfForEachCancels) {
    const FakeClient f;
    f.fake->stream(chat_path, {.events = beginning({"a"}), .hold_open = true});
    {
        const auto call = f.client.chat_stream(ask("x")).for_each([](const ChatDelta&) {});
        ASSERT_TRUE(eventually([&] { return f.fake->open_count() == 1; }));
    }
    EXPECT_TRUE(eventually([&] { return f.fake->cancelled_count() == 1; }));
}

TEST(Stream, ACutStreamEndsInAnErrorWithTheExactPrefix) {
    const FakeClient f;
    f.fake->stream(chat_path, {.events = beginning({"Hel", "lo"}), .error = cut});
    auto stream = f.client.chat_stream(ask("x"));
    const auto reply = stream.collect();
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.error().kind, ErrorKind::stream);
    EXPECT_EQ(reply.error().partial, std::vector<std::string>{"Hello"});
    EXPECT_EQ(stream.next().error().kind, ErrorKind::stream);
    EXPECT_EQ(f.client.metrics().failures, 1U);
}

TEST(Stream, ACutRangeThrowsTheErrorAndThePrefix) {
    const FakeClient f;
    f.fake->stream(chat_path, {.events = beginning({"Hel", "lo"}), .error = cut});
    std::string text;
    try {
        for (auto& delta : f.client.chat_stream(ask("x")))
            text += delta.text();
        FAIL() << "a cut stream looked complete";
    } catch (const Exception& exception) {
        EXPECT_EQ(exception.error().kind, ErrorKind::stream);
        EXPECT_EQ(exception.error().partial.at(0), text);
    }
    EXPECT_EQ(text, "Hello");
}

TEST(Stream, AnEndWithoutFinishReasonIsAnError) {
    const FakeClient f;
    f.fake->stream(chat_path, beginning({"Hel"}));
    const auto reply = f.client.chat_stream(ask("x")).collect();
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.error().kind, ErrorKind::stream);
    EXPECT_EQ(reply.error().partial.at(0), "Hel");
}

TEST(Stream, AFinishWithoutEndMarkerIsASuccessThatSaysSo) {
    const FakeClient f;
    auto events = chat_stream_events({"Hel", "lo"});
    events.pop_back();
    f.fake->stream(chat_path, events);
    f.fake->stream(chat_path, {.events = events, .error = cut});
    for (int i = 0; i < 2; ++i) {
        const auto reply = f.client.chat_stream(ask("x")).collect();
        ASSERT_TRUE(reply.ok()) << reply.error().to_string();
        EXPECT_EQ(reply->text(), "Hello");
        EXPECT_TRUE(reply->end_marker_missing);
    }
}

TEST(Stream, AnErrorEventInA200IsAnError) {
    const FakeClient f;
    auto events = beginning({"Hel"});
    events.push_back(testing::error_reply_json(500, "engine died"));
    events.emplace_back("[DONE]");
    f.fake->stream(chat_path, events);
    const auto reply = f.client.chat_stream(ask("x")).collect();
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.error().kind, ErrorKind::stream);
    EXPECT_EQ(reply.error().server.message, "engine died");
    EXPECT_EQ(reply.error().partial.at(0), "Hel");
}

TEST(Stream, AnErrorStatusIsAnHttpErrorWithTheServersWords) {
    const FakeClient f;
    f.fake->reply(chat_path, {.status = 404, .body = testing::error_reply_json(404, "no model")});
    const auto reply = f.client.chat_stream(ask("x")).collect();
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.error().kind, ErrorKind::http);
    EXPECT_EQ(reply.error().http_status, 404);
    EXPECT_EQ(reply.error().server.message, "no model");
}

TEST(Stream, CancelFromAnotherThreadEndsTheWait) {
    const FakeClient f;
    f.fake->stream(chat_path, {.events = beginning({"Hel"}), .hold_open = true});
    auto stream = f.client.chat_stream(ask("x"));
    std::jthread other([&] {
        while (f.fake->open_count() == 0)
            std::this_thread::yield();
        stream.cancel();
        stream.cancel();
    });
    const auto reply = stream.collect();
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.error().kind, ErrorKind::cancelled);
    EXPECT_TRUE(eventually([&] { return f.fake->cancelled_count() == 1; }));
}

TEST(Stream, AStopTokenEndsTheWait) {
    const FakeClient f;
    f.fake->stream(chat_path, {.events = beginning({"Hel"}), .hold_open = true});
    std::stop_source stop;
    auto stream = f.client.chat_stream(ask("x"), {.stop = stop.get_token()});
    ASSERT_TRUE(stream.next().ok());
    ASSERT_TRUE(stream.next().ok());
    stop.request_stop();
    const auto step = stream.next();
    ASSERT_FALSE(step.ok());
    EXPECT_EQ(step.error().kind, ErrorKind::cancelled);
    EXPECT_EQ(step.error().partial.at(0), "Hel");
}

TEST(Stream, DroppingAStreamClosesItsConnection) {
    ScriptedServer server;
    server.serve({support::read_request(), support::send(support::sse_reply_head()),
                  support::send(chunk(sse_event(chat_chunk("a")))), support::hold()});
    const VllmClient client(options_for(server));
    {
        auto stream = client.chat_stream(ask("x"));
        ASSERT_EQ(stream.next().value()->text(), "a");
    }
    EXPECT_TRUE(server.wait_until([&] { return server.peer_closed_count() == 1; }));
}

TEST(Stream, AStreamReadToItsEndMarkerLeavesTheConnectionForTheNext) {
    ScriptedServer server;
    server.respond([](const support::ReceivedRequest&) {
        return support::chat_stream_reply({"Hel", "lo"});
    });
    const VllmClient client(options_for(server));
    for (int i = 0; i < 5; ++i) {
        std::string text;
        for (auto& delta : client.chat_stream(ask("x")))
            text += delta.text();
        EXPECT_EQ(text, "Hello");
    }
    EXPECT_EQ(server.connections_accepted(), 1U);
}

TEST(Stream, BackPressureWithASlowConsumerLosesNothing) {
    ClientOptions options;
    options.limits.stream_buffer_bytes = 1024;
    const FakeClient f(std::move(options));
    f.fake->stream(chat_path, chat_stream_events(numbered(500, "token")));
    auto stream = f.client.chat_stream(ask("x"));
    EXPECT_EQ(f.fake->open_count(), 1U);
    std::string text;
    for (auto& delta : stream) {
        text += delta.text();
        std::this_thread::yield();
    }
    EXPECT_EQ(text, many(500, "token"));
}

TEST(Stream, TellsWhenTheFirstTokenCame) {
    const FakeClient f;
    f.fake->stream(chat_path, chat_stream_events({"a", "b"}));
    auto stream = f.client.chat_stream(ask("x"));
    const auto timing = stream.collect().value().timing;
    EXPECT_GT(timing.first_chunk.count(), 0);
    EXPECT_GE(timing.first_token, timing.first_chunk);
    EXPECT_GE(timing.total, timing.first_token);
    EXPECT_EQ(f.client.metrics().first_token.count, 1U);
    EXPECT_EQ(f.client.metrics().completion_tokens, 2U);
}

TEST(Stream, OutlivesItsClient) {
    auto fake = testing::FakeTransport::make();
    fake->stream(chat_path, {.events = beginning({"a"}), .hold_open = true});
    auto client = std::make_unique<VllmClient>(FakeClient::with({}, fake));
    auto stream = client->chat_stream(ask("x"));
    ASSERT_TRUE(stream.next().ok());
    ASSERT_EQ(stream.next().value()->text(), "a");
    client.reset();
    const auto step = stream.next();
    ASSERT_FALSE(step.ok());
    EXPECT_EQ(step.error().kind, ErrorKind::cancelled);
    EXPECT_EQ(step.error().partial.at(0), "a");
}

}  // namespace
}  // namespace vllm_client::api
