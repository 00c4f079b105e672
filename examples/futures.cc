// SPDX-License-Identifier: Apache-2.0
// Several questions at once, without a thread for each.
#include <future>
#include <iostream>
#include <string>
#include <vector>

#include "example_server.h"
#include "vllm_client/vllm_client.h"

using namespace vllm_client;

int main(int argc, char** argv) {
    const ExampleServer server(argc, argv);
    const VllmClient client({.endpoints = {server.url()}});

    // A Call runs from the moment it is made.
    std::vector<Call<ChatReply>> calls;
    for (const std::string planet : {"Mercury", "Venus", "Mars"}) {
        calls.push_back(client.chat_async(
            {.messages = {user("Describe " + planet + " in a few words.")}, .max_tokens = 20}));
    }
    for (auto& call : calls) {
        const auto reply = std::move(call).get();  // waits for this one; the others run on
        std::cout << (reply ? reply->text() : reply.error().to_string()) << '\n';
    }

    // For code that speaks std::future, with a step in between.
    std::future<Result<std::size_t>> length =
        client.chat_async({.messages = {user("Describe Saturn.")}, .max_tokens = 20})
            .then([](Result<ChatReply> reply) {
                return std::move(reply).and_then(
                    [](const ChatReply& r) { return r.text().size(); });
            })
            .to_future();
    const auto size = length.get();
    if (!size) {
        std::cerr << size.error().to_string() << '\n';
        return 1;
    }
    std::cout << "Saturn took " << *size << " characters.\n";
    return 0;
}
