// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <coroutine>
#include <exception>
#include <string>
#include <thread>
#include <utility>

#include "api/fake_client.h"
#include "vllm_client/call.h"
#include "vllm_client/stream.h"

namespace vllm_client::api {
namespace {

/// Starts at once, and gives its value to a thread that waits.
template <class T>
class Task {
 public:
    struct promise_type {
        Task get_return_object() { return Task(value); }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_value(T result) { value->set(std::move(result)); }
        void unhandled_exception() { std::terminate(); }

        std::shared_ptr<Awaited<T>> value = std::make_shared<Awaited<T>>();
    };

    T get() { return value_->get(); }

 private:
    explicit Task(std::shared_ptr<Awaited<T>> value) : value_(std::move(value)) {}

    std::shared_ptr<Awaited<T>> value_;
};

Task<Result<ChatReply>> chat_twice(const VllmClient& client) {
    auto first = client.chat_async(ask("one"));
    auto reply = co_await first;
    if (!reply) co_return reply;
    auto second = client.chat_async(ask(reply->text()));
    co_return co_await second;
}

Task<std::string> read_stream(ChatStream stream) {
    std::string text;
    for (;;) {
        auto step = co_await stream;
        if (!step) co_return "error: " + text;
        if (!*step) co_return text;
        text += (*step)->text();
    }
}

TEST(Coroutines, AwaitACallAfterAnother) {
    const FakeClient f;
    f.answer_chat("hello");
    EXPECT_EQ(chat_twice(f.client).get().value().text(), "hello");
    EXPECT_NE(f.fake->requests().at(1).body.find("hello"), std::string::npos);
}

TEST(Coroutines, AFailedCallResumesWithItsError) {
    const FakeClient f;
    f.fake->reply(chat_path, {.status = 400, .body = testing::error_reply_json(400, "no")});
    const auto reply = chat_twice(f.client).get();
    EXPECT_EQ(reply.error().kind, ErrorKind::http);
    EXPECT_EQ(f.fake->requests().size(), 1U);
}

TEST(Coroutines, AnEndedCallIsAwaitedWithoutSuspending) {
    const FakeClient f;
    f.answer_chat("hello");
    const auto read = [](const VllmClient& client) -> Task<std::thread::id> {
        auto call = client.chat_async(ask("x"));
        static_cast<void>(call.wait_for(patience));
        const auto reply = co_await call;
        static_cast<void>(reply);
        co_return std::this_thread::get_id();
    };
    EXPECT_EQ(read(f.client).get(), std::this_thread::get_id());
}

TEST(Coroutines, AStreamIsAwaitedEventByEvent) {
    for (const Executor& executor : {Executor(), Executor::inline_on_io()}) {
        const FakeClient f({.executor = executor});
        f.fake->stream(chat_path, testing::chat_stream_events({"Hel", "lo", " you"}));
        EXPECT_EQ(read_stream(f.client.chat_stream(ask("x"))).get(), "Hello you");
        EXPECT_EQ(f.client.metrics().successes, 1U);
    }
}

TEST(Coroutines, ABrokenStreamResumesWithItsError) {
    const FakeClient f;
    f.fake->stream(chat_path, {.events = {testing::chat_stream_events({"Hel"}).at(1)},
                               .error = Error{.kind = ErrorKind::stream, .message = "cut"}});
    EXPECT_EQ(read_stream(f.client.chat_stream(ask("x"))).get(), "error: Hel");
}

TEST(Coroutines, TheClosingClientResumesWhoAwaits) {
    auto fake = testing::FakeTransport::make();
    fake->stream(chat_path, {.hold_open = true});
    const VllmClient client(FakeClient::with({}, fake));
    auto waiting = read_stream(client.chat_stream(ask("x")));
    client.close();
    EXPECT_EQ(waiting.get(), "error: ");
}

}  // namespace
}  // namespace vllm_client::api
