// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "commands.h"
#include "connection.h"
#include "files.h"
#include "json.h"
#include "ordered_calls.h"

namespace vllm_client::cli {
namespace {

Json to_json(std::size_t index, const std::string& text, const TokenizeReply& reply) {
    Json line{{"index", index}, {"text", text}, {"count", reply.count}, {"tokens", reply.tokens}};
    if (!reply.token_strs.empty()) line["token_strs"] = reply.token_strs;
    line["max_model_len"] = reply.max_model_len;
    return line;
}

}  // namespace

int run(const TokenizeCommand& command, Session& session) {
    const auto texts = read_texts(command.input);
    if (!texts) return session.console.fail(texts.error());
    auto connection = connect(session.options);
    if (!connection) return session.console.fail(connection.error());

    const auto interrupt = session.interrupt.scope();
    const auto start = [&](std::size_t i) {
        TokenizeRequest request{.prompt = texts->at(i)};
        if (command.token_strs) request.return_token_strs = true;
        return connection->client.tokenize_async(std::move(request), {.stop = interrupt.token()});
    };
    int code = 0;
    ordered_calls(texts->size(), start, [&](std::size_t i, const Result<TokenizeReply>& reply) {
        if (!reply) {
            code = session.console.fail(reply.error());
            return false;
        }
        return session.console.print_json(to_json(i, texts->at(i), *reply));
    });
    return code;
}

}  // namespace vllm_client::cli
