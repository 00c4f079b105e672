// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <thread>
#include <utility>

#include "fault/served_client.h"

namespace vllm_client::fault {
namespace {

using namespace std::chrono_literals;
using support::Gate;
using support::Script;

std::size_t entries(const char* folder) {
    const std::filesystem::directory_iterator all(folder);
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

Script streams_one_text() {
    return {support::read_request(),
            support::send(support::sse_reply_head() +
                          support::chunk(support::sse_event(support::chat_chunk("Hel")))),
            support::wait_for_peer_close()};
}

ClientOptions options_for(support::ScriptedServer& server) {
    server.serve({support::read_request(), support::send_reply(&ServedClient::good_answer),
                  support::loop_from_start()});
    ClientOptions options{.endpoints = {server.url()}};
    options.read_environment = false;
    return options;
}

TEST(FaultF, F11_ACallbackThatThrowsCancelsItsStreamAndHurtsNobodyElse) {
    ServedClient client({streams_one_text()});
    auto done = client->chat_stream(ask()).for_each(
        [](const ChatDelta&) { throw std::runtime_error("no more"); });
    EXPECT_FALSE(std::move(done).get().ok());
    EXPECT_TRUE(
        client.server().wait_until([&] { return client.server().peer_closed_count() == 1; }));
    client.expect_works();
    client->close();
    EXPECT_EQ(client->metrics().callback_exceptions, 1U);
}

TEST(FaultF, F12_CallbacksMayUseCancelAndDestroyTheClient) {
    for (const Executor& executor : {Executor(), Executor::inline_on_io()}) {
        support::ScriptedServer server;
        ClientOptions options = options_for(server);
        options.executor = executor;
        auto client = std::make_unique<VllmClient>(std::move(options));
        const Gate destroyed;
        std::atomic<bool> inner_ok{false};
        client->chat_async(ask()).on_done([&](const Result<ChatReply>&) {
            static_cast<void>(client->metrics());
            { auto dropped = client->chat_async(ask()); }
            client->chat_async(ask()).on_done([&](const Result<ChatReply>& reply) {
                inner_ok = reply.ok();
                client.reset();
                destroyed.open();
            });
        });
        ASSERT_TRUE(destroyed.wait(20s));
        EXPECT_TRUE(inner_ok);
    }
}

TEST(FaultF, F13_ABlockedCallbackStallsOnlyItself) {
    const ServedClient client({}, {.callback_threads = 2});
    const Gate blocked;
    const Gate release;
    client->chat_async(ask()).on_done([blocked, release](const Result<ChatReply>&) {
        blocked.open();
        static_cast<void>(release.wait(60s));
    });
    ASSERT_TRUE(blocked.wait(20s));
    client.expect_works();
    const Gate other;
    client->chat_async(ask()).on_done([other](const Result<ChatReply>&) { other.open(); });
    EXPECT_TRUE(other.wait(20s));
    release.open();
}

TEST(FaultF, F14_CancelAgainstTheLastByteIsSuccessOrCancelledNeverBoth) {
    const ServedClient client({});
    std::uint64_t successes = 0;
    constexpr std::uint64_t rounds = 200;
    for (std::uint64_t i = 0; i < rounds; ++i) {
        auto call = client->chat_async(ask());
        const std::jthread canceller([&, i] {
            const auto until = std::chrono::steady_clock::now() + i * 5us;
            while (std::chrono::steady_clock::now() < until) {
            }
            call.cancel();
        });
        const auto reply = std::move(call).get();
        if (reply.ok()) {
            ++successes;
            EXPECT_EQ(reply->text(), good_text);
        } else {
            EXPECT_EQ(reply.error().kind, ErrorKind::cancelled) << reply.error().to_string();
        }
    }
    client.expect_works();
    const auto metrics = client->metrics();
    EXPECT_EQ(metrics.successes, successes + 2);
    EXPECT_EQ(metrics.cancelled, rounds - successes);
    EXPECT_EQ(metrics.in_flight, 0U);
}

TEST(FaultF, F14_CancelClosesTheConnectionSoThatGenerationStops) {
    ServedClient client({{support::read_request(), support::wait_for_peer_close()}});
    auto call = client->chat_async(ask());
    ASSERT_TRUE(client.server().wait_until([&] { return client.server().request_count() == 1; }));
    call.cancel();
    EXPECT_TRUE(
        client.server().wait_until([&] { return client.server().peer_closed_count() == 1; }, 5s));
    EXPECT_EQ(std::move(call).get().error().kind, ErrorKind::cancelled);
    client.expect_works();
}

TEST(FaultF, F19_ALogSinkThatThrowsHurtsNobody) {
    std::atomic<int> lines{0};
    ClientOptions options;
    options.log_sink = [&](LogLevel, std::string_view) {
        ++lines;
        throw std::runtime_error("disk full");
    };
    options.log_level = LogLevel::debug;
    const ServedClient client({}, options);
    auto failing = client->chat_async(ask()).then(
        [](const Result<ChatReply>&) -> int { throw std::runtime_error("reported"); });
    EXPECT_FALSE(std::move(failing).get().ok());
    client.expect_works();
    client->close();
    EXPECT_GT(lines, 0);
}

TEST(FaultF, ThreadsAndDescriptorsAreBackAfterManyClients) {
    support::ScriptedServer server;
    const ClientOptions options = options_for(server);
    const auto use = [&] {
        {
            const VllmClient client(options);
            EXPECT_TRUE(client.chat(ask()).ok());
            EXPECT_TRUE(client.chat_stream(ask()).collect().ok());
        }
        EXPECT_TRUE(server.wait_until([&] { return server.connections_open() == 0; }));
    };
    use();
    const std::size_t threads = entries("/proc/self/task");
    const std::size_t descriptors = entries("/proc/self/fd");
    for (int i = 0; i < 20; ++i)
        use();
    // The server joins the threads of closed connections when the next one comes.
    EXPECT_LE(entries("/proc/self/task"), threads + 2);
    EXPECT_LE(entries("/proc/self/fd"), descriptors + 1);
}

}  // namespace
}  // namespace vllm_client::fault
