// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <fstream>
#include <mutex>
#include <string>
#include <utility>

#include "vllm_client/testing/sim_server.h"
#include "vllm_client/vllm_client.h"

namespace vllm_client {
namespace {

constexpr std::chrono::seconds patience(60);

// A figure of /proc/self/status, e.g. "VmRSS" (in KiB) or "Threads".
long own_status(const std::string& name) {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(name + ":")) return std::stol(line.substr(name.size() + 1));
    }
    return -1;
}

// The simulated server in a process of its own, so that its memory and threads are not ours. It
// makes four tokens a stream, however many there are, with a second between them.
class ServerProcess {
 public:
    ServerProcess() {
        std::array<int, 2> ends{};
        if (::pipe(ends.data()) != 0) return;
        child_ = ::fork();
        if (child_ == 0) serve(ends[1]);
        ::close(ends[1]);
        std::array<char, 256> text{};
        const auto length = ::read(ends[0], text.data(), text.size());
        if (length > 0) url_.assign(text.data(), static_cast<std::size_t>(length));
        ::close(ends[0]);
    }
    ~ServerProcess() {
        if (child_ <= 0) return;
        ::kill(child_, SIGKILL);
        ::waitpid(child_, nullptr, 0);
    }
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;

    [[nodiscard]] const std::string& url() const { return url_; }

 private:
    [[noreturn]] static void serve(int write_end) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        using std::chrono::seconds;
        auto server =
            vllm_client::testing::SimServer::start({.time = {.base = seconds(1),
                                                             .per_sequence = seconds(0),
                                                             .per_prompt_token = seconds(0),
                                                             .slots = 4096,
                                                             .step_tokens = 1 << 20},
                                                    .output = {.mean = 5000, .sigma = 0}});
        const std::string url = server ? server->url() : std::string();
        if (::write(write_end, url.data(), url.size()) <= 0) _exit(1);
        for (;;)
            pause();
    }

    pid_t child_{-1};
    std::string url_;
};

// Opens streams and waits until all of them wait for their second token, then for their ends.
class Streams {
 public:
    Streams(const VllmClient& client, int count) : count_(count) {
        for (int i = 0; i < count; ++i) {
            client.chat_stream({.messages = {user("Count to four.")}, .max_tokens = 4})
                .for_each([this, first = true](const ChatDelta& delta) mutable {
                    if (!delta.text().empty() && std::exchange(first, false)) count_up(begun_);
                })
                .on_done(
                    [this](const Result<void>& end) { count_up(end.ok() ? ended_ : failed_); });
        }
    }
    [[nodiscard]] bool wait_begun() { return wait(begun_); }
    [[nodiscard]] bool wait_ended() { return wait(ended_); }

 private:
    void count_up(int& counter) {
        const std::lock_guard lock(mutex_);
        ++counter;
        changed_.notify_all();
    }
    bool wait(const int& counter) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, patience, [&] {
            return counter == count_ || failed_ > 0;
        }) && failed_ == 0;
    }

    const int count_;
    std::mutex mutex_;  // guards what follows
    std::condition_variable changed_;
    int begun_{0};
    int ended_{0};
    int failed_{0};
};

TEST(WaitingStreams, TwoThousandOnOneReactorCostNoThreadAndLittleMemory) {
    constexpr int few = 8;
    constexpr int many = 2'000;
    rlimit descriptors{};
    getrlimit(RLIMIT_NOFILE, &descriptors);
    descriptors.rlim_cur = descriptors.rlim_max;
    setrlimit(RLIMIT_NOFILE, &descriptors);
    ASSERT_GT(descriptors.rlim_cur, many + 100U);

    const ServerProcess server;
    ASSERT_FALSE(server.url().empty());
    ClientOptions options{.endpoints = {server.url()}};
    options.read_environment = false;
    options.pool.max_connections = many;
    options.callback_threads = 1;  // so that its threads are there from the first callback
    const VllmClient client(std::move(options));

    Streams warm_up(client, few);
    ASSERT_TRUE(warm_up.wait_begun());
    const long threads_before = own_status("Threads");
    ASSERT_TRUE(warm_up.wait_ended());
    const long memory_before = own_status("VmRSS");

    Streams streams(client, many);
    ASSERT_TRUE(streams.wait_begun());
    const long memory = own_status("VmRSS") - memory_before;
    EXPECT_EQ(own_status("Threads"), threads_before);
    EXPECT_TRUE(streams.wait_ended());
    EXPECT_EQ(own_status("Threads"), threads_before);
    RecordProperty("kib_per_stream", std::to_string(static_cast<double>(memory) / many));
#ifndef VLLM_CLIENT_SANITIZED  // sanitizers keep books of their own for every byte
    EXPECT_LE(memory, 64L * many) << "KiB for " << many << " streams";
#endif
}

}  // namespace
}  // namespace vllm_client
