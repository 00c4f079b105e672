// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/call.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "runtime/reactor_thread.h"
#include "runtime/task_runner.h"

namespace vllm_client {
namespace {

using namespace std::chrono_literals;

class CallTest : public testing::Test {
 protected:
    template <class T = int>
    [[nodiscard]] std::shared_ptr<detail::CallState<T>> pending() {
        return std::make_shared<detail::CallState<T>>(runner_);
    }

    const std::shared_ptr<runtime::CallbackFailures> failures_ =
        std::make_shared<runtime::CallbackFailures>([](std::string_view) {});
    const std::shared_ptr<runtime::TaskRunner> runner_ =
        runtime::make_runner(Executor(), 2, failures_);
};

TEST_F(CallTest, GetWaitsForTheResult) {
    const auto state = pending();
    Call<int> call(state);
    EXPECT_FALSE(call.ready());
    EXPECT_FALSE(call.wait_for(1ms));
    std::thread other([&] { state->complete(7); });
    EXPECT_EQ(std::move(call).get().value_or(0), 7);
    EXPECT_FALSE(call.valid());
    other.join();
}

TEST_F(CallTest, WaitForSeesTheEnd) {
    const auto state = pending();
    Call<int> call(state);
    std::thread other([&] { state->complete(7); });
    EXPECT_TRUE(call.wait_for(10s));
    EXPECT_TRUE(call.ready());
    other.join();
}

TEST_F(CallTest, AResultMayBeMadeByTheOneWhoTakesIt) {
    const auto state = pending();
    Call<int> call(state);
    std::thread::id where;
    state->complete_later([&where]() -> Result<int> {
        where = std::this_thread::get_id();
        return 9;
    });
    EXPECT_EQ(std::move(call).get().value_or(0), 9);
    EXPECT_EQ(where, std::this_thread::get_id());
}

TEST_F(CallTest, ThenChainsValuesResultsAndVoid) {
    const auto state = pending();
    std::atomic<int> seen{0};
    auto last = Call<int>(state)
                    .then([](Result<int> r) { return std::to_string(r.value_or(0)); })
                    .then([](Result<std::string> r) -> Result<int> {
                        if (r.value_or("") != "7") return Error{.kind = ErrorKind::decode};
                        return 8;
                    })
                    .then([&seen](Result<int> r) { seen = r.value_or(0); });
    state->complete(7);
    EXPECT_TRUE(std::move(last).get().ok());
    EXPECT_EQ(seen, 8);
}

TEST_F(CallTest, ErrorsGoThroughThen) {
    const auto state = pending();
    auto next = Call<int>(state).then([](Result<int> r) -> Result<int> { return r.error(); });
    state->complete(Error{.kind = ErrorKind::http, .http_status = 404});
    const auto result = std::move(next).get();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().http_status, 404);
}

TEST_F(CallTest, CancelReachesTheBeginningOfAChain) {
    const auto state = pending();
    int cancels = 0;
    state->set_canceller([&cancels] { ++cancels; });
    auto next = Call<int>(state).then([](Result<int> r) { return r.value_or(1); });
    next.cancel();
    next.cancel();
    EXPECT_EQ(cancels, 1);
    state->complete(Error{.kind = ErrorKind::cancelled});
    EXPECT_TRUE(std::move(next).get());
}

TEST_F(CallTest, DestroyingACallCancelsIt) {
    const auto state = pending();
    int cancels = 0;
    state->set_canceller([&cancels] { ++cancels; });
    { const Call<int> call(state); }
    EXPECT_EQ(cancels, 1);
}

TEST_F(CallTest, ADetachedCallIsNotCancelled) {
    const auto state = pending();
    int cancels = 0;
    state->set_canceller([&cancels] { ++cancels; });
    Call<int>(state).detach();
    EXPECT_EQ(cancels, 0);
}

TEST_F(CallTest, CancelBeforeTheCancellerIsKnownStillCancels) {
    const auto state = pending();
    Call<int> call(state);
    call.cancel();
    int cancels = 0;
    state->set_canceller([&cancels] { ++cancels; });
    EXPECT_EQ(cancels, 1);
    state->complete(1);
    call.cancel();
    EXPECT_EQ(cancels, 1);
}

TEST_F(CallTest, MoveAssignmentCancelsWhatWasThere) {
    const auto first = pending();
    const auto second = pending();
    int cancels = 0;
    first->set_canceller([&cancels] { ++cancels; });
    Call<int> call(first);
    call = Call<int>(second);
    EXPECT_EQ(cancels, 1);
    second->complete(2);
    EXPECT_EQ(std::move(call).get().value_or(0), 2);
}

TEST_F(CallTest, AFunctionThatThrowsAbandonsTheNextCall) {
    const auto state = pending();
    auto next = Call<int>(state).then([](Result<int>) -> int { throw std::runtime_error("no"); });
    state->complete(1);
    const auto result = std::move(next).get();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::cancelled);
    runner_->stop();  // the exception is counted after the call has ended
    EXPECT_EQ(failures_->count(), 1U);
}

TEST_F(CallTest, OnDoneRunsOnTheExecutorBeforeOrAfterTheEnd) {
    for (const bool before : {true, false}) {
        const auto state = pending();
        std::promise<std::thread::id> where;
        auto future = where.get_future();
        if (before) state->complete(1);
        Call<int>(state).on_done(
            [&where](Result<int>) { where.set_value(std::this_thread::get_id()); });
        if (!before) state->complete(1);
        ASSERT_EQ(future.wait_for(10s), std::future_status::ready);
        EXPECT_NE(future.get(), std::this_thread::get_id());
    }
}

TEST_F(CallTest, ToFutureGivesTheSameResult) {
    const auto state = pending<void>();
    auto future = Call<void>(state).to_future();
    state->complete(Result<void>());
    EXPECT_TRUE(future.get().ok());
}

TEST_F(CallTest, WaitingOnAReactorThreadFailsInsteadOfHanging) {
    const auto state = pending();
    int cancels = 0;
    state->set_canceller([&cancels] { ++cancels; });
    const runtime::ReactorThreadMark mark;
    Call<int> call(state);
    EXPECT_FALSE(call.wait_for(1h));
    const auto result = std::move(call).get();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::config);
    EXPECT_EQ(cancels, 1);
}

TEST_F(CallTest, CancelAndEndMayRace) {
    for (int round = 0; round < 500; ++round) {
        const auto state = pending();
        std::atomic<int> cancels{0};
        state->set_canceller([&cancels] { ++cancels; });
        Call<int> call(state);
        std::thread one([&] { state->complete(1); });
        std::thread two([&] { call.cancel(); });
        EXPECT_TRUE(call.wait_for(10s));
        one.join();
        two.join();
        EXPECT_LE(cancels, 1);
        EXPECT_EQ(std::move(call).get().value_or(0), 1);
    }
}

}  // namespace
}  // namespace vllm_client
