// SPDX-License-Identifier: Apache-2.0
// Callbacks on a Boost.Asio loop, beside everything else that runs there.
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <iostream>
#include <utility>

#include "example_server.h"
#include "vllm_client/vllm_client.h"

using namespace vllm_client;
namespace asio = boost::asio;

int main(int argc, char** argv) {
    const ExampleServer server(argc, argv);
    asio::io_context loop;
    // The client goes before the loop: declared after it.
    const VllmClient client(
        {.endpoints = {server.url()}, .executor = Executor([&loop](Executor::Task task) {
                                          asio::post(loop, std::move(task));
                                      })});

    // The loop has nothing to do while an answer is on its way; this keeps it from ending.
    auto work = asio::make_work_guard(loop);
    asio::steady_timer timer(loop, std::chrono::milliseconds(1));
    timer.async_wait([](const auto&) { std::cout << "(a timer of the same loop)\n"; });

    // Everything below runs on the one thread in loop.run(), so it needs no locks.
    int answered = 0;
    for (const char* place : {"mountains", "rivers", "islands"}) {
        client.chat_async({.messages = {user(std::string("A word on ") + place)}, .max_tokens = 12})
            .on_done([&answered, &work, place](const Result<ChatReply>& reply) {
                std::cout << place << ": " << (reply ? reply->text() : reply.error().to_string())
                          << '\n';
                if (++answered == 3) work.reset();
            });
    }
    loop.run();
    return answered == 3 ? 0 : 1;
}
