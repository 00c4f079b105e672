// SPDX-License-Identifier: Apache-2.0
#include <utility>
#include <vector>

#include "answer.h"
#include "chat_set_up.h"
#include "commands.h"
#include "connection.h"
#include "prompts.h"

namespace vllm_client::cli {
namespace {

Message next_message(std::string prompt, std::vector<ContentPart> images) {
    if (images.empty()) return user(std::move(prompt));
    images.insert(images.begin(), text_part(std::move(prompt)));
    return user(std::move(images));
}

// What was answered, to be handed back with the next message.
Message answered(const Answer& answer) {
    Message message = assistant(answer.text);
    message.tool_calls = answer.tool_calls;
    return message;
}

}  // namespace

int run(const ChatCommand& command, Session& session) {
    auto conversation = first_request(command);
    if (!conversation) return session.console.fail(conversation.error());
    auto images = image_parts(command.images);
    if (!images) return session.console.fail(images.error());
    auto connection = connect(session.options);
    if (!connection) return session.console.fail(connection.error());
    const VllmClient& client = connection->client;
    const bool stream = !command.generation.no_stream;

    return for_each_prompt(command.generation.quick, session, [&](std::string prompt) {
        const auto interrupt = session.interrupt.scope();
        const CallOptions call{.stop = interrupt.token()};
        std::vector<Message>& messages = conversation->messages;
        messages.push_back(next_message(std::move(prompt), std::exchange(*images, {})));
        const Answer answer = stream
                                  ? follow(client.chat_stream(*conversation, call), session.console)
                                  : to_answer(client.chat(*conversation, call));
        // A message that got no answer would confuse the next turn; a partial answer would not.
        if (answer.text.empty() && answer.tool_calls.empty()) {
            messages.pop_back();
        } else {
            messages.push_back(answered(answer));
        }
        const int code = report(answer, command.generation, stream, session.console);
        if (command.save.empty()) return code;
        const auto saved = save(command.save, messages);
        return saved ? code : session.console.fail(saved.error());
    });
}

}  // namespace vllm_client::cli
