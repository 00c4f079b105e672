// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "vllm_client/testing/sim_server.h"
#include "vllm_client/vllm_client.h"

namespace vllm_client {
namespace {

constexpr int in_flight = 64;
constexpr int total = 10'000;

// Keeps `in_flight` calls running until `total` have ended.
class Window {
 public:
    using Start = std::function<void(std::function<void(bool)>)>;

    explicit Window(Start start) : start_(std::move(start)) {
        for (int i = 0; i < in_flight; ++i)
            start_next();
    }

    // How many succeeded, once all have ended.
    int wait() {
        std::unique_lock lock(mutex_);
        all_ended_.wait(lock, [this] { return ended_ == total; });
        return succeeded_;
    }

 private:
    void start_next() {
        if (started_.fetch_add(1) >= total) return;
        start_([this](bool succeeded) {
            start_next();
            const std::lock_guard lock(mutex_);
            ++ended_;
            succeeded_ += succeeded ? 1 : 0;
            all_ended_.notify_all();
        });
    }

    const Start start_;
    std::atomic<int> started_{0};
    std::mutex mutex_;  // guards what follows
    std::condition_variable all_ended_;
    int ended_{0};
    int succeeded_{0};
};

class ManyRequests : public ::testing::Test {
 protected:
    static Result<vllm_client::testing::SimServer> start_server() {
        return vllm_client::testing::SimServer::start(
            {.time = {.time_scale = 0, .slots = in_flight}});
    }
    static VllmClient client_of(const vllm_client::testing::SimServer& server) {
        ClientOptions options{.endpoints = {server.url()}};
        options.read_environment = false;
        return VllmClient(std::move(options));
    }
    // The pool's figures and the server's own tell the same story: few connections, used again.
    static void expect_few_connections(const VllmClient& client,
                                       const vllm_client::testing::SimServer& server) {
        const auto stats = server.stats();
        EXPECT_LE(stats.connections_accepted, in_flight);
        EXPECT_EQ(stats.connections_closed_by_peer, 0U);
        EXPECT_EQ(stats.requests, total);
        EXPECT_EQ(stats.aborted, 0U);
        const PoolStats pool = client.metrics().pools.at(0);
        EXPECT_EQ(pool.created, stats.connections_accepted);
        EXPECT_EQ(pool.open, stats.connections_open);
        EXPECT_EQ(pool.created + pool.reused, total);
        EXPECT_EQ(pool.in_use, 0U);
        EXPECT_EQ(pool.resends, 0U);
    }
    static ChatRequest ask() {
        return {.messages = {user("Count from one to four.")}, .max_tokens = 4};
    }
};

TEST_F(ManyRequests, TenThousandChatsShareAsManyConnectionsAsAreInFlight) {
    auto server = start_server();
    ASSERT_TRUE(server.ok());
    const VllmClient client = client_of(*server);
    Window window([&client](std::function<void(bool)> ended) {
        client.chat_async(ask()).on_done(
            [ended = std::move(ended)](const Result<ChatReply>& reply) {
                ended(reply.ok() && !reply->text().empty());
            });
    });
    EXPECT_EQ(window.wait(), total);
    expect_few_connections(client, *server);
}

TEST_F(ManyRequests, TenThousandStreamsShareAsManyConnectionsAsAreInFlight) {
    auto server = start_server();
    ASSERT_TRUE(server.ok());
    const VllmClient client = client_of(*server);
    Window window([&client](std::function<void(bool)> ended) {
        auto text = std::make_shared<std::string>();
        client.chat_stream(ask())
            .for_each([text](const ChatDelta& delta) { *text += delta.text(); })
            .on_done([ended = std::move(ended), text](const Result<void>& end) {
                ended(end.ok() && !text->empty());
            });
    });
    EXPECT_EQ(window.wait(), total);
    expect_few_connections(client, *server);
}

}  // namespace
}  // namespace vllm_client
