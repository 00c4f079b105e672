// SPDX-License-Identifier: Apache-2.0
// A question, its answer, and what to do when there is none.
#include <iostream>

#include "example_server.h"
#include "vllm_client/vllm_client.h"

using namespace vllm_client;

int main(int argc, char** argv) {
    const ExampleServer server(argc, argv);

    // Make one client and share it: it keeps the connections. The model is the server's first.
    const VllmClient client({.endpoints = {server.url()}});

    const auto reply = client.chat({
        .messages = {user("Why is the sky blue?")},
        .max_tokens = 60,
    });
    if (!reply) {
        std::cerr << reply.error().to_string() << '\n';
        return 1;
    }
    std::cout << reply->text() << '\n';
    if (reply->usage) std::cout << "(" << reply->usage->completion_tokens << " tokens)\n";
    return 0;
}
