// SPDX-License-Identifier: Apache-2.0
// The safe forms of co_await, run under g++'s AddressSanitizer. With UNSAFE_CALL or UNSAFE_STREAM
// it must not compile: GCC 12 destroys temporaries of an expression with co_await twice.
#include <vllm_client/vllm_client.h>

#include <coroutine>
#include <cstdlib>
#include <future>
#include <string>
#include <utility>

using namespace vllm_client;

namespace {

struct Task {
    struct promise_type {
        Task get_return_object() { return {finished.get_future()}; }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_value(std::string text) { finished.set_value(std::move(text)); }
        void unhandled_exception() { std::abort(); }
        std::promise<std::string> finished{};
    };
    std::future<std::string> finished;
};

Task ask(VllmClient client) {
#if defined(UNSAFE_CALL)
    auto unsafe = co_await client.chat_async({.messages = {}});
#elif defined(UNSAFE_STREAM)
    auto unsafe = co_await client.chat_stream({.messages = {}});
#endif
    auto call = client.chat_async({.messages = {user("One")}, .max_tokens = 8});
    auto first = co_await call;
    std::string text(first ? first->text() : "");

    auto second = client.chat_async({.messages = {user("Two")}, .max_tokens = 8});
    if (auto reply = co_await second; reply) text += reply->text();

    auto length =
        client.chat_async({.messages = {user("Three")}, .max_tokens = 8})
            .then([](Result<ChatReply> reply) { return reply ? reply->text().size() : 0; });
    auto size = co_await length;
    if (!size || *size == 0) co_return "";

    auto stream = client.chat_stream({.messages = {user("Four")}, .max_tokens = 8});
    for (;;) {
        auto delta = co_await stream;
        if (!delta) co_return "";
        if (!*delta) break;
        text += (*delta)->text();
    }
    co_return text;
}

}  // namespace

int main() {
    VllmClient client;
    for (int i = 0; i < 50; ++i) {
        if (ask(client).finished.get().empty()) return 1;
    }
    // A call that outlives its client has ended by itself or as cancelled.
    auto left = client.chat_async({.messages = {user("Five")}});
    client.close();
    auto end = std::move(left).get();
    return end || end.error().kind == ErrorKind::cancelled ? 0 : 2;
}
