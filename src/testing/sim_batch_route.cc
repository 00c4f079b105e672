// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_batch_route.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "testing/sim_error.h"
#include "testing/sim_fields.h"
#include "testing/sim_generation_routes.h"
#include "testing/sim_request_body.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

using nlohmann::json;

void check_filled(const json& list, const std::string& name, FieldReader& fields) {
    if (!list.is_array()) {
        fields.problem("list_type", name, "Input should be a valid list", list);
    } else if (list.empty()) {
        fields.problem("too_short", name,
                       "List should have at least 1 item after validation, not 0", list,
                       "{'field_type': 'List', 'min_length': 1, 'actual_length': 0}");
    }
}

void check_batch(const json& body) {
    FieldReader fields(body);
    const json* const conversations = fields.find("messages");
    if (conversations == nullptr) {
        fields.missing("messages");
    } else {
        check_filled(*conversations, "messages", fields);
    }
    fields.check();
    for (std::size_t i = 0; i < conversations->size(); ++i)
        check_filled((*conversations)[i], "messages." + std::to_string(i), fields);
    const auto n = fields.integer("n");
    const bool beams = fields.boolean("use_beam_search").value_or(false);
    fields.check();
    if (n && *n > 1) {
        throw ApiFailure(
            bad_parameter("Batch chat completions do not support `n > 1`. Please set `n` to 1.",
                          "n", std::to_string(*n)));
    }
    if (beams) {
        throw ApiFailure(
            bad_parameter("Batch chat completions do not support beam search. Please "
                          "set `use_beam_search` to False.",
                          "use_beam_search"));
    }
}

// All conversations as the prompts of one request; the first one decides on the rest.
GenerationRequest read_batch(json body, const ServerState& server) {
    const json conversations = body["messages"];
    for (const auto* ignored : {"stream", "stream_options", "tools", "tool_choice", "echo"})
        body.erase(ignored);
    GenerationRequest batch;
    for (const json& conversation : conversations) {
        body["messages"] = conversation;
        GenerationRequest request = read_chat_request(body, server);
        if (batch.prompts.empty()) {
            batch = std::move(request);
        } else {
            batch.prompts.push_back(std::move(request.prompts.front()));
        }
    }
    batch.batch = true;
    return batch;
}

}  // namespace

std::unique_ptr<Call> answer_chat_batch(const Exchange& exchange) {
    json body = read_body(exchange.http);
    check_batch(body);
    const std::string id = request_id_of(exchange.place, exchange.http, body);
    GenerationRequest request = read_batch(std::move(body), exchange.place.server);
    request.id = "chatcmpl-" + id;
    request.id_mark = '_';
    return start_generation(exchange, std::move(request), id);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
