// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "api/fake_client.h"
#include "support/scripted_server.h"

namespace vllm_client::api {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

TEST(Close, CancelsWhatRunsAndRefusesWhatComes) {
    const FakeClient f;
    f.fake->stream(chat_path, {.hold_open = true});
    auto call = f.client.chat_async(ask("x"));
    auto stream = f.client.chat_stream(ask("x"));
    f.client.close();
    EXPECT_EQ(std::move(call).get().error().kind, ErrorKind::cancelled);
    EXPECT_EQ(stream.next().error().kind, ErrorKind::cancelled);
    EXPECT_EQ(f.client.chat(ask("x")).error().kind, ErrorKind::closed);
    EXPECT_EQ(f.client.chat_stream(ask("x")).next().error().kind, ErrorKind::closed);
    EXPECT_EQ(f.client.status().error().kind, ErrorKind::closed);
    EXPECT_EQ(f.client.wait_ready(1s).error().kind, ErrorKind::closed);
    f.client.close();
    EXPECT_EQ(f.client.metrics().in_flight, 0U);
}

TEST(Close, DrainsFirst) {
    const FakeClient f;
    f.fake->on_request([&](const testing::FakeRequest&) -> std::optional<testing::CannedAnswer> {
        // Until the client refuses new calls it is not closing yet.
        while (f.client.status().ok())
            std::this_thread::yield();
        return testing::CannedReply{.body = testing::chat_reply_json("late")};
    });
    auto call = f.client.chat_async(ask("x"));
    f.client.close(20s);
    EXPECT_EQ(std::move(call).get().value().text(), "late");
}

TEST(Close, GivesUpDrainingAfterItsTime) {
    const FakeClient f;
    f.fake->stream(chat_path, {.hold_open = true});
    auto call = f.client.chat_async(ask("x"));
    f.client.close(10ms);
    EXPECT_EQ(std::move(call).get().error().kind, ErrorKind::cancelled);
}

TEST(Close, EndsManyStreamsOverSocketsWithinASecond) {
    support::ScriptedServer server;
    server.serve({support::read_request(), support::send(support::sse_reply_head()),
                  support::wait_for_peer_close()});
    ClientOptions options{.endpoints = {server.url()}};
    options.read_environment = false;
    const VllmClient client(std::move(options));
    std::vector<ChatStream> streams;
    for (int i = 0; i < 50; ++i)
        streams.push_back(client.chat_stream(ask("x")));
    ASSERT_TRUE(server.wait_until([&] { return server.request_count() == 50; }));
    const auto begun = Clock::now();
    client.close();
    EXPECT_LT(Clock::now() - begun, 1s);
    for (auto& stream : streams)
        EXPECT_EQ(stream.next().error().kind, ErrorKind::cancelled);
    EXPECT_TRUE(server.wait_until([&] { return server.peer_closed_count() == 50; }));
}

TEST(Close, WorksFromACallback) {
    for (const Executor& executor : {Executor(), Executor::inline_on_io()}) {
        const FakeClient f({.executor = executor});
        f.answer_chat("x");
        Awaited<bool> closed;
        f.client.chat_async(ask("x")).on_done([&](const Result<ChatReply>&) {
            f.client.close();
            closed.set(true);
        });
        EXPECT_TRUE(closed.get());
        EXPECT_EQ(f.client.chat(ask("x")).error().kind, ErrorKind::closed);
    }
}

TEST(Close, RunsTheCallbacksOfWhatItCancels) {
    for (const Executor& executor : {Executor(), Executor::inline_on_io()}) {
        const FakeClient f({.executor = executor});
        f.fake->stream(chat_path, {.hold_open = true});
        Awaited<ErrorKind> call;
        Awaited<ErrorKind> stream;
        f.client.chat_async(ask("x")).on_done(
            [&](const Result<ChatReply>& r) { call.set(r.error().kind); });
        f.client.chat_stream(ask("x"))
            .for_each([](const ChatDelta&) {})
            .on_done([&](const Result<void>& r) { stream.set(r.error().kind); });
        f.client.close();
        EXPECT_EQ(call.get(), ErrorKind::cancelled);
        EXPECT_EQ(stream.get(), ErrorKind::cancelled);
    }
}

TEST(Close, TwoThreadsMayCloseAtOnce) {
    const FakeClient f;
    f.fake->stream(chat_path, {.hold_open = true});
    auto call = f.client.chat_async(ask("x"));
    {
        std::jthread one([&] { f.client.close(); });
        std::jthread two([&] { f.client.close(); });
    }
    EXPECT_EQ(std::move(call).get().error().kind, ErrorKind::cancelled);
}

}  // namespace
}  // namespace vllm_client::api
