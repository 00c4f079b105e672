// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "answer.h"
#include "commands.h"
#include "connection.h"
#include "prompts.h"

namespace vllm_client::cli {

int run(const CompleteCommand& command, Session& session) {
    auto connection = connect(session.options);
    if (!connection) return session.console.fail(connection.error());
    const VllmClient& client = connection->client;
    const GenerationOptions& given = command.generation;

    return for_each_prompt(given.quick, session, [&](std::string prompt) {
        const auto interrupt = session.interrupt.scope();
        const CallOptions call{.stop = interrupt.token()};
        CompletionRequest request{.prompt = std::move(prompt),
                                  .max_tokens = given.max_tokens,
                                  .temperature = given.temperature,
                                  .top_p = given.top_p,
                                  .top_k = given.top_k,
                                  .seed = given.seed,
                                  .stop = given.stop,
                                  .extra = given.extra_body};
        const Answer answer =
            given.no_stream
                ? to_answer(client.complete(std::move(request), call))
                : follow(client.complete_stream(std::move(request), call), session.console);
        return report(answer, given, !given.no_stream, session.console);
    });
}

}  // namespace vllm_client::cli
