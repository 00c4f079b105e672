// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "answer.h"
#include "commands.h"
#include "connection.h"
#include "prompts.h"

namespace vllm_client::cli {
namespace {

ChatRequest base_request(const ChatCommand& command) {
    const GenerationOptions& given = command.generation;
    ChatRequest request{.max_tokens = given.max_tokens,
                        .temperature = given.temperature,
                        .top_p = given.top_p,
                        .top_k = given.top_k,
                        .seed = given.seed,
                        .stop = given.stop,
                        .extra = given.extra_body};
    if (!command.system_prompt.empty())
        request.messages.push_back(system_message(command.system_prompt));
    return request;
}

}  // namespace

int run(const ChatCommand& command, Session& session) {
    auto connection = connect(session.options);
    if (!connection) return session.console.fail(connection.error());
    const VllmClient& client = connection->client;
    const bool stream = !command.generation.no_stream;

    ChatRequest conversation = base_request(command);
    return for_each_prompt(command.generation.quick, session, [&](std::string prompt) {
        const auto interrupt = session.interrupt.scope();
        const CallOptions call{.stop = interrupt.token()};
        conversation.messages.push_back(user(std::move(prompt)));
        const Answer answer = stream
                                  ? follow(client.chat_stream(conversation, call), session.console)
                                  : to_answer(client.chat(conversation, call));
        // A message that got no answer would confuse the next turn; a partial answer would not.
        if (answer.text.empty()) {
            conversation.messages.pop_back();
        } else {
            conversation.messages.push_back(assistant(answer.text));
        }
        return report(answer, command.generation, stream, session.console);
    });
}

}  // namespace vllm_client::cli
