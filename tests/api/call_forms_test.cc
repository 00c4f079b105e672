// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/call.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "api/fake_client.h"
#include "support/gate.h"

namespace vllm_client::api {
namespace {

using support::Gate;

void hold(const FakeClient& f) {
    f.fake->stream(chat_path, {.hold_open = true});
}

/// An executor that runs nothing until told to.
class Queue {
 public:
    Executor executor() {
        return Executor([this](Executor::Task task) {
            const std::lock_guard lock(mutex_);
            tasks_.push_back(std::move(task));
            added_.notify_one();
        });
    }
    /// Runs one task, waiting for it if need be.
    bool run_one() {
        std::unique_lock lock(mutex_);
        if (!added_.wait_for(lock, patience, [this] { return !tasks_.empty(); })) return false;
        Executor::Task task = std::move(tasks_.front());
        tasks_.pop_front();
        lock.unlock();
        task();
        return true;
    }

 private:
    std::mutex mutex_;  // guards tasks_
    std::condition_variable added_;
    std::deque<Executor::Task> tasks_;
};

TEST(CallForms, GetWaitsForTheResult) {
    const FakeClient f;
    f.answer_chat("hello");
    auto call = f.client.chat_async(ask("x"));
    EXPECT_TRUE(call.valid());
    EXPECT_TRUE(call.wait_for(patience));
    EXPECT_TRUE(call.ready());
    EXPECT_EQ(std::move(call).get().value().text(), "hello");
    EXPECT_FALSE(call.valid());  // NOLINT(bugprone-use-after-move): says so
}

TEST(CallForms, WaitForGivesUpAfterItsLimit) {
    const FakeClient f;
    hold(f);
    auto call = f.client.chat_async(ask("x"));
    EXPECT_FALSE(call.wait_for(std::chrono::milliseconds(1)));
    EXPECT_FALSE(call.ready());
}

TEST(CallForms, ThenMapsValuesAndResultsAndChains) {
    const FakeClient f;
    f.answer_chat("hello");
    auto length = f.client.chat_async(ask("x"))
                      .then([](Result<ChatReply> r) { return r.value().text().size(); })
                      .then([](Result<std::size_t> n) -> Result<std::string> {
                          return std::to_string(n.value());
                      });
    EXPECT_EQ(std::move(length).get().value(), "5");
}

TEST(CallForms, ThenOfAFunctionWithoutResultGivesACallOfVoid) {
    const FakeClient f;
    f.answer_chat("hello");
    std::string text;
    auto done = f.client.chat_async(ask("x")).then([&](Result<ChatReply> r) { text = r->text(); });
    EXPECT_TRUE(std::move(done).get().ok());
    EXPECT_EQ(text, "hello");
}

TEST(CallForms, CancellingAChainCancelsItsBeginning) {
    const FakeClient f;
    hold(f);
    auto kind =
        f.client.chat_async(ask("x")).then([](Result<ChatReply> r) { return r.error().kind; });
    kind.cancel();
    EXPECT_EQ(std::move(kind).get().value(), ErrorKind::cancelled);
    EXPECT_EQ(f.fake->cancelled_count(), 1U);
}

TEST(CallForms, OnDoneRunsOnThePoolAndLetsTheRequestRun) {
    const FakeClient f;
    f.answer_chat("hello");
    Awaited<std::pair<std::string, std::thread::id>> seen;
    f.client.chat_async(ask("x")).on_done([&](Result<ChatReply> r) {
        seen.set({r.value().text(), std::this_thread::get_id()});
    });
    const auto [text, thread] = seen.get();
    EXPECT_EQ(text, "hello");
    EXPECT_NE(thread, std::this_thread::get_id());
}

TEST(CallForms, CallbacksMayOwnWhatCannotBeCopied) {
    const FakeClient f;
    f.answer_chat("hello");
    Awaited<int> seen;
    f.client.chat_async(ask("x")).on_done(
        [&seen, owned = std::make_unique<int>(7)](const Result<ChatReply>&) { seen.set(*owned); });
    EXPECT_EQ(seen.get(), 7);
}

TEST(CallForms, ToFutureGivesTheSameResult) {
    const FakeClient f;
    f.answer_chat("hello");
    auto future = f.client.chat_async(ask("x")).to_future();
    ASSERT_EQ(future.wait_for(patience), std::future_status::ready);
    EXPECT_EQ(future.get().value().text(), "hello");
}

TEST(CallForms, DetachLetsTheRequestRunToItsEnd) {
    const FakeClient f;
    f.answer_chat("hello");
    f.client.chat_async(ask("x")).detach();
    EXPECT_TRUE(eventually([&] { return f.client.metrics().successes == 1; }));
    EXPECT_EQ(f.fake->cancelled_count(), 0U);
}

TEST(CallForms, DroppingACallCancelsTheRequest) {
    const FakeClient f;
    hold(f);
    { const auto call = f.client.chat_async(ask("x")); }
    EXPECT_TRUE(eventually([&] { return f.fake->cancelled_count() == 1; }));
    EXPECT_TRUE(eventually([&] { return f.client.metrics().cancelled == 1; }));
}

TEST(CallForms, AssigningACallCancelsTheOneItHeld) {
    const FakeClient f;
    hold(f);
    auto call = f.client.chat_async(ask("x"));
    call = f.client.chat_async(ask("y"));
    EXPECT_TRUE(eventually([&] { return f.fake->cancelled_count() == 1; }));
    EXPECT_EQ(f.fake->open_count(), 1U);
}

TEST(CallForms, AnotherThreadMayCancelWhileOneWaits) {
    const FakeClient f;
    hold(f);
    auto call = f.client.chat_async(ask("x"));
    std::jthread other([&] {
        while (f.fake->requests().empty())
            std::this_thread::yield();
        call.cancel();
        call.cancel();
    });
    EXPECT_EQ(std::move(call).get().error().kind, ErrorKind::cancelled);
}

TEST(CallForms, AStopTokenCancelsBeforeAndWhileRunning) {
    const FakeClient f;
    hold(f);
    std::stop_source stop;
    auto call = f.client.chat_async(ask("x"), {.stop = stop.get_token()});
    EXPECT_FALSE(call.ready());
    stop.request_stop();
    EXPECT_EQ(std::move(call).get().error().kind, ErrorKind::cancelled);
    EXPECT_EQ(f.client.chat(ask("y"), {.stop = stop.get_token()}).error().kind,
              ErrorKind::cancelled);
    EXPECT_EQ(f.fake->requests().size(), 1U);
}

TEST(CallForms, AUsersExecutorRunsTheCallbacks) {
    Queue queue;
    const FakeClient f({.executor = queue.executor()});
    f.answer_chat("hello");
    std::thread::id thread;
    f.client.chat_async(ask("x")).on_done(
        [&](const Result<ChatReply>&) { thread = std::this_thread::get_id(); });
    ASSERT_TRUE(queue.run_one());
    EXPECT_EQ(thread, std::this_thread::get_id());
}

TEST(CallForms, AnExecutorThatThrowsLosesNoCallback) {
    const FakeClient f({.executor = Executor([](const Executor::Task&) {
                            throw std::runtime_error("queue full");
                        })});
    f.answer_chat("hello");
    Awaited<std::string> seen;
    f.client.chat_async(ask("x")).on_done([&](Result<ChatReply> r) { seen.set(r->text()); });
    EXPECT_EQ(seen.get(), "hello");
}

TEST(CallForms, AnExecutorThatDropsATaskEndsTheChain) {
    const FakeClient f({.executor = Executor([](const Executor::Task&) {})});
    f.answer_chat("hello");
    auto next = f.client.chat_async(ask("x")).then([](Result<ChatReply> r) { return r.ok(); });
    EXPECT_EQ(std::move(next).get().error().kind, ErrorKind::cancelled);
}

TEST(CallForms, InlineCallbacksRunOnTheTransportsThreadAndMustNotBlock) {
    const FakeClient f({.executor = Executor::inline_on_io()});
    f.answer_chat("hello");
    const Gate armed;
    f.fake->on_request([armed](const testing::FakeRequest&) {
        static_cast<void>(armed.wait(patience));
        return std::optional<testing::CannedAnswer>();
    });
    Awaited<Result<ChatReply>> inner;
    f.client.chat_async(ask("x")).on_done(
        [&](const Result<ChatReply>&) { inner.set(f.client.chat(ask("y"))); });
    armed.open();
    const auto refused = inner.get();
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().kind, ErrorKind::config);
    EXPECT_NE(refused.error().message.find("would deadlock"), std::string::npos);
    EXPECT_TRUE(f.client.chat(ask("z")).ok());
}

TEST(CallForms, AThrowingCallbackIsCountedAndReportedOnceAndHurtsNobodyElse) {
    for (const Executor& executor :
         {Executor(), Executor::inline_on_io(), Executor([](Executor::Task task) { task(); })}) {
        std::mutex mutex;
        std::vector<std::string> lines;
        const FakeClient f({.executor = executor, .log_sink = [&](LogLevel, std::string_view line) {
                                const std::lock_guard lock(mutex);
                                lines.emplace_back(line);
                            }});
        f.answer_chat("hello");
        std::atomic<int> runs{0};
        auto failing = f.client.chat_async(ask("x")).then([&](const Result<ChatReply>&) -> int {
            ++runs;
            throw std::runtime_error("out of cheese");
        });
        EXPECT_FALSE(std::move(failing).get().ok());
        EXPECT_TRUE(f.client.chat(ask("y")).ok());
        EXPECT_TRUE(eventually([&] { return f.client.metrics().callback_exceptions == 1; }));
        f.client.close();
        EXPECT_EQ(runs, 1);
        ASSERT_EQ(lines.size(), 1U);
        EXPECT_NE(lines[0].find("out of cheese"), std::string::npos);
    }
}

TEST(CallForms, ACallbackMayUseTheClientAgain) {
    const FakeClient f;
    f.answer_chat("hello");
    Awaited<std::string> seen;
    f.client.chat_async(ask("x")).on_done([&](const Result<ChatReply>&) {
        static_cast<void>(f.client.metrics());
        auto dropped = f.client.chat_async(ask("dropped"));
        dropped.cancel();
        seen.set(f.client.chat(ask("y")).value().text());
    });
    EXPECT_EQ(seen.get(), "hello");
}

TEST(CallForms, ACallbackMayDestroyTheLastClient) {
    for (const Executor& executor : {Executor(), Executor::inline_on_io()}) {
        auto fake = testing::FakeTransport::make();
        fake->reply(chat_path, {.body = testing::chat_reply_json("hello")});
        fake->stream(completion_path, {.hold_open = true});
        auto client = std::make_unique<VllmClient>(FakeClient::with({.executor = executor}, fake));
        auto other = client->complete_async({.prompt = "x"});
        const Gate armed;
        fake->on_request([armed](const testing::FakeRequest& request) {
            if (request.path == chat_path) static_cast<void>(armed.wait(patience));
            return std::optional<testing::CannedAnswer>();
        });
        Awaited<bool> destroyed;
        client->chat_async(ask("x")).on_done([&](const Result<ChatReply>&) {
            client.reset();
            destroyed.set(true);
        });
        armed.open();
        EXPECT_TRUE(destroyed.get());
        EXPECT_EQ(std::move(other).get().error().kind, ErrorKind::cancelled);
    }
}

TEST(CallForms, ManyCallsAtOnceEachEndOnce) {
    const FakeClient f;
    f.answer_chat("hello");
    std::atomic<int> ends{0};
    constexpr int count = 500;
    for (int i = 0; i < count; ++i) {
        f.client.chat_async(ask("x")).on_done([&](const Result<ChatReply>& r) {
            if (r.ok()) ++ends;
        });
    }
    EXPECT_TRUE(eventually([&] { return ends == count; }));
    EXPECT_EQ(f.client.metrics().successes, static_cast<std::uint64_t>(count));
    EXPECT_EQ(f.client.metrics().in_flight, 0U);
}

}  // namespace
}  // namespace vllm_client::api
