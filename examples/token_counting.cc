// SPDX-License-Identifier: Apache-2.0
// How many tokens a text and a whole prompt take, before anything is generated.
#include <iostream>
#include <string>

#include "example_server.h"
#include "vllm_client/token_count.h"
#include "vllm_client/vllm_client.h"

using namespace vllm_client;

int main(int argc, char** argv) {
    const ExampleServer server(argc, argv);
    const VllmClient client({.endpoints = {server.url()}});

    const auto text = client.tokenize({.prompt = "Why is the sky blue?"});
    if (!text) {
        std::cerr << text.error().to_string() << '\n';
        return 1;
    }
    std::cout << "text: " << text->count << " tokens, of a context of " << text->max_model_len
              << '\n';

    // A prompt is more than its texts: the template, the tools and the roles count too.
    const ChatRequest request{
        .messages = {system_message("You are terse."), user("Why is the sky blue?")},
        .max_tokens = 1,
        .tools = {{.name = "look_up",
                   .description = "Looks a word up.",
                   .parameters = R"({"type":"object","properties":{"word":{"type":"string"}}})"}}};
    const auto prompt = count_tokens(client, request);
    const auto reply = client.chat(request);
    if (!prompt || !reply) {
        std::cerr << (prompt ? reply.error() : prompt.error()).to_string() << '\n';
        return 1;
    }
    std::cout << "prompt: " << prompt->tokens << " tokens"
              << (prompt->estimated ? ", estimated" : ", counted by the server") << '\n';
    if (reply->usage) std::cout << "the answer says: " << reply->usage->prompt_tokens << '\n';
    std::cout << "an estimate without a server: " << estimate_tokens(request) << '\n';
    return 0;
}
