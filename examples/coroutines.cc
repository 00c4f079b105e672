// SPDX-License-Identifier: Apache-2.0
// The same calls in a coroutine. The library brings awaitables; the task type is the program's own:
// Asio's, cppcoro's, or as here the smallest one that works.
#include <coroutine>
#include <exception>
#include <future>
#include <iostream>

#include "example_server.h"
#include "vllm_client/vllm_client.h"

using namespace vllm_client;

/// Starts at once; `done` becomes ready at its end.
struct Task {
    struct promise_type {
        std::promise<void> ended;
        Task get_return_object() { return {ended.get_future()}; }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() { ended.set_value(); }
        void unhandled_exception() { ended.set_exception(std::current_exception()); }
    };
    std::future<void> done;
};

// By value: a coroutine's parameters must live as long as it does.
Task ask_twice(VllmClient client) {
    // Name the call, then await it: GCC 12 miscompiles temporaries beside a co_await.
    auto call = client.chat_async({.messages = {user("Name a colour.")}, .max_tokens = 20});
    const auto reply = co_await call;
    if (!reply) {
        std::cerr << reply.error().to_string() << '\n';
        co_return;
    }
    std::cout << reply->text() << '\n';

    auto stream = client.chat_stream({.messages = {user("And an animal.")}, .max_tokens = 20});
    while (true) {
        const auto step = co_await stream;
        if (!step) std::cerr << step.error().to_string() << '\n';
        if (!step || !*step) break;
        std::cout << (*step)->text() << std::flush;
    }
    std::cout << '\n';
}

int main(int argc, char** argv) {
    const ExampleServer server(argc, argv);
    const VllmClient client({.endpoints = {server.url()}});
    ask_twice(client).done.get();
    return 0;
}
