// SPDX-License-Identifier: Apache-2.0
#include "runtime/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "support/gate.h"

namespace vllm_client::runtime {
namespace {

using namespace std::chrono_literals;
using support::Gate;

std::shared_ptr<CallbackFailures> failures() {
    return std::make_shared<CallbackFailures>([](std::string_view) {});
}

TEST(ThreadPool, OneThreadRunsTasksInOrder) {
    ThreadPool pool(1, failures());
    std::vector<int> ran;
    for (int i = 0; i < 1000; ++i)
        pool.post([&ran, i] { ran.push_back(i); });
    pool.stop();
    ASSERT_EQ(ran.size(), 1000U);
    for (int i = 0; i < 1000; ++i)
        EXPECT_EQ(ran[static_cast<std::size_t>(i)], i);
}

TEST(ThreadPool, ABatchRunsAndIsTaken) {
    ThreadPool pool(4, failures());
    std::atomic<int> ran{0};
    std::vector<TaskRunner::Task> tasks;
    for (int i = 0; i < 100; ++i)
        tasks.emplace_back([&ran] { ++ran; });
    pool.post_all(tasks);
    EXPECT_TRUE(tasks.empty());
    pool.stop();
    EXPECT_EQ(ran, 100);
}

TEST(ThreadPool, ABlockedTaskDoesNotHoldUpTheRestOfItsBatch) {
    ThreadPool pool(2, failures());
    const Gate unblock;
    const Gate ran;
    std::vector<TaskRunner::Task> tasks;
    tasks.emplace_back([unblock] { EXPECT_TRUE(unblock.wait(20s)); });
    tasks.emplace_back([ran] { ran.open(); });
    pool.post_all(tasks);
    EXPECT_TRUE(ran.wait(10s));
    unblock.open();
}

TEST(ThreadPool, ABlockedTaskDoesNotHoldUpLaterOnes) {
    ThreadPool pool(2, failures());
    for (int round = 0; round < 200; ++round) {
        const Gate unblock;
        const Gate ran;
        pool.post([unblock] { EXPECT_TRUE(unblock.wait(20s)); });
        pool.post([ran] { ran.open(); });
        ASSERT_TRUE(ran.wait(10s));
        unblock.open();
    }
}

TEST(ThreadPool, StopRunsWhatIsQueued) {
    ThreadPool pool(2, failures());
    const Gate go;
    std::atomic<int> ran{0};
    for (int i = 0; i < 50; ++i) {
        pool.post([&ran, go] {
            EXPECT_TRUE(go.wait(10s));
            ++ran;
        });
    }
    go.open();
    pool.stop();
    EXPECT_EQ(ran, 50);
}

TEST(ThreadPool, TasksAfterStopRunWhereTheyArePosted) {
    ThreadPool pool(2, failures());
    pool.stop();
    std::thread::id where;
    pool.post([&where] { where = std::this_thread::get_id(); });
    EXPECT_EQ(where, std::this_thread::get_id());
}

TEST(ThreadPool, AWorkerMayStopAndDestroyThePool) {
    auto pool = std::make_shared<ThreadPool>(2, failures());
    std::promise<void> ended;
    auto future = ended.get_future();
    ThreadPool& reference = *pool;
    reference.post([pool = std::move(pool), &ended]() mutable {
        pool->stop();
        pool.reset();
        ended.set_value();
    });
    EXPECT_EQ(future.wait_for(10s), std::future_status::ready);
}

TEST(ThreadPool, ThrowingTasksAreCountedAndTheNextOnesRun) {
    std::vector<std::string> reported;
    const auto counted = std::make_shared<CallbackFailures>(
        [&reported](std::string_view what) { reported.emplace_back(what); });
    ThreadPool pool(1, counted);
    std::atomic<bool> ran{false};
    pool.post([] { throw std::runtime_error("first"); });
    pool.post([] { throw 7; });
    pool.post([&ran] { ran = true; });
    pool.stop();
    EXPECT_TRUE(ran);
    EXPECT_EQ(counted->count(), 2U);
    EXPECT_EQ(reported, (std::vector<std::string>{"first", "not a std::exception"}));
}

}  // namespace
}  // namespace vllm_client::runtime
