// SPDX-License-Identifier: Apache-2.0
// A conversation that goes on for longer than the model's context.
#include <iostream>
#include <string>
#include <vector>

#include "example_server.h"
#include "vllm_client/conversation.h"
#include "vllm_client/vllm_client.h"

using namespace vllm_client;

namespace {

// What is left out is summed up by the model itself.
Result<std::vector<Message>> sum_up(const VllmClient& client, const std::vector<Message>& old) {
    Conversation about(old);
    about.append(user("Sum up our conversation so far in one sentence."));
    const auto reply = client.chat(about.request({.max_tokens = 40}));
    if (!reply) return reply.error();
    return std::vector<Message>{user("Earlier: " + reply->text())};
}

}  // namespace

int main(int argc, char** argv) {
    const ExampleServer server(argc, argv);
    const VllmClient client({.endpoints = {server.url()}});

    const ChatRequest each{.max_tokens = 50};
    FitOptions fitting{.request = each, .max_context_tokens = 400};
    Conversation talk("You are a guide to the city of Oslo.");
    for (int i = 1; i <= 12; ++i) {
        talk.append(user("Question " + std::to_string(i) + ": what else is there to see?"));

        // The first half forgets the oldest turns, the second half keeps a summary of them.
        if (i > 6) {
            fitting.policy = FitOptions::Policy::summarize;
            fitting.reserve_for_summary = 80;
            fitting.summarize = [&client](const std::vector<Message>& old) {
                return sum_up(client, old);
            };
        }
        const auto fits = talk.fit(client, fitting);
        if (!fits) {
            std::cerr << fits.error().to_string() << '\n';
            return 1;
        }
        const auto reply = client.chat(talk.request(each));
        if (!reply) {
            std::cerr << reply.error().to_string() << '\n';
            return 1;
        }
        talk.append(*reply);
        std::cout << i << ". " << talk.turns() << " turns, " << fits->tokens << " of "
                  << fits->max_context_tokens - fits->reserved << " tokens, "
                  << fits->dropped.size() << " messages left out\n";
    }

    // Kept as JSON, in the form every OpenAI-style program reads.
    const auto json = talk.to_json();
    const auto again = json ? Conversation::from_json(*json) : json.error();
    if (!again) {
        std::cerr << again.error().to_string() << '\n';
        return 1;
    }
    std::cout << "kept in " << json->text().size() << " bytes, read back as " << again->turns()
              << " turns\n";
    return 0;
}
