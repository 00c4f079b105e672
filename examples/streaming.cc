// SPDX-License-Identifier: Apache-2.0
// An answer shown while it is being written.
#include <iostream>

#include "example_server.h"
#include "vllm_client/vllm_client.h"

using namespace vllm_client;

int main(int argc, char** argv) {
    const ExampleServer server(argc, argv);
    const VllmClient client({.endpoints = {server.url()}});
    const ChatRequest request{.messages = {user("Tell me a story.")}, .max_tokens = 80};

    // As a range. If the stream breaks, the loop is left by an exception, so a cut answer can never
    // pass for a whole one.
    try {
        for (auto& delta : client.chat_stream(request))
            std::cout << delta.text() << std::flush;
    } catch (const Exception& e) {
        std::cerr << '\n' << e.what() << '\n';
        return 1;
    }
    std::cout << "\n\n";

    // Step by step, without exceptions.
    auto stream = client.chat_stream(request);
    while (true) {
        const auto step = stream.next();
        if (!step) {
            std::cerr << '\n' << step.error().to_string() << '\n';
            return 1;
        }
        if (!*step) break;  // the proper end
        std::cout << (*step)->text() << std::flush;
    }
    const auto first_token = stream.timing().first_token;
    std::cout << "\n\nThe first token came after "
              << std::chrono::duration_cast<std::chrono::milliseconds>(first_token).count()
              << " ms.\n";
    return 0;
}
