// SPDX-License-Identifier: Apache-2.0
#include "runtime/task_runner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace vllm_client::runtime {
namespace {

std::shared_ptr<CallbackFailures> failures() {
    return std::make_shared<CallbackFailures>([](std::string_view) {});
}

/// Runs tasks at once and remembers the size of each batch.
class Batches final : public TaskRunner {
 public:
    void post_all(std::vector<Task>& tasks) override {
        sizes.push_back(tasks.size());
        for (Task& task : tasks)
            task();
        tasks.clear();
    }
    void stop() override {}

    std::vector<std::size_t> sizes;
};

TEST(TaskBatch, HandsOverOnceForManyPosts) {
    Batches runner;
    int ran = 0;
    {
        TaskBatch batch;
        for (int i = 0; i < 10; ++i)
            runner.post([&ran] { ++ran; });
        EXPECT_EQ(ran, 0);
        batch.flush();
        EXPECT_EQ(ran, 10);
        runner.post([&ran] { ++ran; });
    }
    EXPECT_EQ(ran, 11);
    EXPECT_EQ(runner.sizes, (std::vector<std::size_t>{10, 1}));
}

TEST(TaskBatch, KeepsOrderOverTwoRunners) {
    Batches one;
    Batches two;
    std::string ran;
    {
        TaskBatch batch;
        one.post([&ran] { ran += 'a'; });
        two.post([&ran] { ran += 'b'; });
        one.post([&ran] { ran += 'c'; });
    }
    EXPECT_EQ(ran, "abc");
}

TEST(TaskBatch, TasksThatPostMoreAreAllRun) {
    Batches one;
    Batches two;
    std::string ran;
    {
        TaskBatch batch;
        for (int i = 0; i < 3; ++i) {
            one.post([&] {
                ran += 'a';
                one.post([&] { ran += 'b'; });
                two.post([&] { ran += 'c'; });
            });
        }
    }
    EXPECT_EQ(std::count(ran.begin(), ran.end(), 'a'), 3);
    EXPECT_EQ(std::count(ran.begin(), ran.end(), 'b'), 3);
    EXPECT_EQ(std::count(ran.begin(), ran.end(), 'c'), 3);
    EXPECT_EQ(ran.size(), 9U);
}

TEST(TaskRunner, InlineRunsWhereItIsPosted) {
    const auto runner = make_runner(Executor::inline_on_io(), 1, failures());
    bool ran = false;
    runner->post([&ran] { ran = true; });
    EXPECT_TRUE(ran);
}

TEST(TaskRunner, AUsersExecutorGetsTheTasks) {
    std::vector<Executor::Task> taken;
    const auto runner =
        make_runner(Executor([&taken](Executor::Task task) { taken.push_back(std::move(task)); }),
                    1, failures());
    int ran = 0;
    runner->post([&ran] { ++ran; });
    EXPECT_EQ(ran, 0);
    ASSERT_EQ(taken.size(), 1U);
    taken[0]();
    taken[0]();
    EXPECT_EQ(ran, 1);
}

TEST(TaskRunner, ATaskRunsOnceWhateverTheUsersExecutorThrows) {
    int ran = 0;
    const auto counted = failures();
    const auto before = make_runner(Executor([](Executor::Task) { throw 1; }), 1, counted);
    before->post([&ran] { ++ran; });
    EXPECT_EQ(ran, 1);
    EXPECT_EQ(counted->count(), 1U);
    const auto after = make_runner(Executor([](Executor::Task task) {
                                       task();
                                       throw 1;
                                   }),
                                   1, counted);
    after->post([&ran] { ++ran; });
    EXPECT_EQ(ran, 2);
    EXPECT_EQ(counted->count(), 2U);
}

TEST(TaskRunner, AThrowingTaskIsNotRunAgain) {
    int ran = 0;
    const auto counted = failures();
    const auto runner = make_runner(Executor([](Executor::Task task) { task(); }), 1, counted);
    runner->post([&ran] {
        ++ran;
        throw std::runtime_error("once");
    });
    EXPECT_EQ(ran, 1);
    EXPECT_EQ(counted->count(), 1U);
}

}  // namespace
}  // namespace vllm_client::runtime
