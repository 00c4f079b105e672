// SPDX-License-Identifier: Apache-2.0
// Being told instead of waiting: once per answer, or once per piece of it.
#include <iostream>
#include <latch>

#include "example_server.h"
#include "vllm_client/vllm_client.h"

using namespace vllm_client;

int main(int argc, char** argv) {
    const ExampleServer server(argc, argv);
    // Callbacks run on a small pool of the client's. ClientOptions::executor sends them to your own
    // event loop instead.
    const VllmClient client({.endpoints = {server.url()}});
    std::latch answered(1);

    client.chat_async({.messages = {user("Say hello.")}, .max_tokens = 20})
        .on_done([&answered](Result<ChatReply> reply) {
            std::cout << (reply ? reply->text() : reply.error().to_string()) << '\n';
            answered.count_down();
        });
    std::cout << "This line does not wait for the answer.\n";
    answered.wait();

    // Pieces come in order, never two at once. The call that is returned ends with the stream;
    // dropping it would cancel the stream.
    const auto end =
        client.chat_stream({.messages = {user("Say goodbye.")}, .max_tokens = 20})
            .for_each([](const ChatDelta& delta) { std::cout << delta.text() << std::flush; })
            .get();
    std::cout << '\n';
    if (!end) {
        std::cerr << end.error().to_string() << '\n';
        return 1;
    }
    return 0;
}
