// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_messages_routes.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "testing/sim_error.h"
#include "testing/sim_fields.h"
#include "testing/sim_generation_routes.h"
#include "testing/sim_messages_dialect.h"
#include "testing/sim_messages_request.h"
#include "testing/sim_request_body.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

using nlohmann::json;

// What the schema finds wrong has the usual shape; all else that of Anthropic.
template <class Answer>
std::unique_ptr<Call> answered(const Exchange& exchange, Answer answer) {
    try {
        return answer();
    } catch (const ApiFailure& failure) {
        if (failure.error().type == "Bad Request") throw;
        exchange.sink.reply(failure.error().status, "application/json",
                            messages_error_body(failure.error()));
    }
    return nullptr;
}

std::unique_ptr<Call> start(const Exchange& exchange) {
    Workplace& place = exchange.place;
    const json body = read_body(exchange.http);
    const json chat = chat_of_messages(body, false);
    GenerationRequest request = read_chat_request(chat, place.server);
    const std::string id = request_id_of(place, exchange.http, json::object());
    request.id = "chatcmpl-" + id;
    return start_generation(exchange, std::move(request), id,
                            [&place](const GenerationRequest& made) {
                                return std::make_unique<MessagesDialect>(made, place);
                            });
}

std::unique_ptr<Call> count(const Exchange& exchange) {
    const json body = read_body(exchange.http);
    const json chat = chat_of_messages(body, true);
    const ServerState& server = exchange.place.server;
    FieldReader fields(chat);
    (void)served_model(fields.text("model"), server);
    const std::string tokens = std::to_string(chat_tokens(chat, server.options).size());
    exchange.sink.reply(200, "application/json",
                        R"({"input_tokens":)" + tokens +
                            R"(,"context_management":{"original_input_tokens":)" + tokens + "}}");
    return nullptr;
}

}  // namespace

std::unique_ptr<Call> answer_messages(const Exchange& exchange) {
    return answered(exchange, [&] { return start(exchange); });
}

std::unique_ptr<Call> answer_count_tokens(const Exchange& exchange) {
    return answered(exchange, [&] { return count(exchange); });
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
