// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>
#include <utility>

#include "answer.h"
#include "commands.h"
#include "connection.h"
#include "prompts.h"
#include "vllm_client/responses.h"

namespace vllm_client::cli {
namespace {

Answer to_answer(Result<ResponseReply> reply) {
    Answer answer;
    if (!reply) {
        Error error = std::move(reply).error();
        if (!error.partial.empty()) answer.text = error.partial.front();
        answer.request_id = error.request_id;
        answer.error = std::move(error);
        return answer;
    }
    answer.text = reply->text();
    answer.tool_calls = reply->tool_calls();
    answer.usage = std::move(reply->usage);
    answer.id = std::move(reply->id);
    answer.model = std::move(reply->model);
    answer.timing = reply->timing;
    answer.request_id = std::move(reply->raw.request_id);
    return answer;
}

Answer follow(ResponseStream stream, Console& console) {
    while (!console.json()) {
        auto step = stream.next();
        if (!step || !*step) break;
        console.reasoning((*step)->reasoning());
        if (!console.print((*step)->text())) stream.cancel();
    }
    Answer answer = to_answer(stream.collect());
    answer.timing = stream.timing();
    answer.request_id = stream.raw().request_id;
    return answer;
}

}  // namespace

int run(const RespondCommand& command, Session& session) {
    auto connection = connect(session.options);
    if (!connection) return session.console.fail(connection.error());
    const Responses responses = connection->client.responses();
    const GenerationOptions& given = command.generation;
    return for_each_prompt(given.quick, session, [&](std::string prompt) {
        const auto interrupt = session.interrupt.scope();
        const CallOptions call{.stop = interrupt.token()};
        ResponseRequest request{.input = std::move(prompt),
                                .instructions = command.instructions,
                                .max_output_tokens = given.max_tokens,
                                .temperature = given.temperature,
                                .top_p = given.top_p,
                                .top_k = given.top_k,
                                .seed = given.seed,
                                .stop = given.stop,
                                .extra = given.extra_body};
        const Answer answer =
            given.no_stream
                ? to_answer(responses.create(std::move(request), call))
                : follow(responses.create_stream(std::move(request), call), session.console);
        return report(answer, given, !given.no_stream, session.console);
    });
}

}  // namespace vllm_client::cli
