// SPDX-License-Identifier: Apache-2.0
// A client bound to a model and its defaults, for code that should not care about either.
#include <iostream>
#include <string>

#include "example_server.h"
#include "vllm_client/vllm_client.h"

using namespace vllm_client;

/// Knows what to ask, not whom or how.
Result<std::string> summary(const BoundClient& editor, const std::string& text) {
    return editor.chat({.messages = {user("Summarise: " + text)}})
        .and_then([](const ChatReply& reply) { return reply.text(); });
}

int main(int argc, char** argv) {
    const ExampleServer server(argc, argv);
    const VllmClient client({.endpoints = {server.url()}});
    const auto models = client.models();
    if (!models || models->models.empty()) {
        std::cerr << (models ? "no models" : models.error().to_string()) << '\n';
        return 1;
    }

    // Fills in what a request leaves open, and nothing that is not set here.
    const BoundClient editor = client.bind({.model = models->models.front().id,
                                            .system_prompt = "You are a terse editor.",
                                            .max_tokens = 40,
                                            .temperature = 0.0});
    const auto text = summary(editor, "The meeting began late and decided nothing.");
    std::cout << (text ? *text : text.error().to_string()) << '\n';
    return text ? 0 : 1;
}
