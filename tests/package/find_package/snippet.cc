// SPDX-License-Identifier: Apache-2.0
// The client's calling card, line by line as the documents print it. The test replaces the address.
#include <coroutine>
#include <exception>
#include <future>
#include <iostream>

#include <vllm_client/vllm_client.h>
using namespace vllm_client;

namespace {

// The user's own coroutine type: the library ships awaitables, no task.
struct Task {
    struct promise_type {
        Task get_return_object() { return {finished.get_future()}; }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_value(bool good) { finished.set_value(good); }
        void unhandled_exception() { finished.set_exception(std::current_exception()); }
        std::promise<bool> finished{};
    };
    std::future<bool> finished;
};

Task run() {
    ChatRequest request{.messages = {user("Good night")}};

    // clang-format off
    VllmClient client({.endpoints = {"http://localhost:8000"}});             // everything else has a good default
    auto reply = client.chat({.messages = {user("Why is the sky blue?")}});  // Result<ChatReply>
    for (auto& delta : client.chat_stream({.messages = {user("Tell me more")}})) std::cout << delta.text();
    auto call = client.chat_async(request);                                  // Call<ChatReply>
    auto later = co_await call;                                              // or call.get(), then(), on_done(), cancel()
    // clang-format on

    std::cout << '\n';
    const bool answered = reply && later;
    co_return answered && !reply->text().empty() && !later->text().empty();
}

}  // namespace

int main() {
    return run().finished.get() ? 0 : 1;
}
