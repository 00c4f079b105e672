// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_scale_out_routes.h"

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "testing/sim_admin_state.h"
#include "testing/sim_error.h"
#include "testing/sim_fields.h"
#include "testing/sim_generate_dialect.h"
#include "testing/sim_generation_routes.h"
#include "testing/sim_prompt_input.h"
#include "testing/sim_request_body.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

void check_allowed(const Exchange& exchange) {
    if (exchange.place.options().scale_out) return;
    throw ApiFailure({.status = 403,
                      .type = "PermissionDeniedError",
                      .message = "Scale-out endpoints are disabled. Restart vllm serve with "
                                 "--enable-scale-out to enable them."});
}

// The sampling names stand in an object of their own; what is beside it is added to them.
json flattened(const json& body) {
    json flat = body.value("sampling_params", json::object());
    if (!flat.is_object()) flat = json::object();
    for (const auto* name :
         {"model", "stream", "stream_options", "return_token_ids", "priority", "vllm_xargs"}) {
        flat.erase(name);
        if (body.contains(name)) flat[name] = body[name];
    }
    return flat;
}

void read_prompt(const json& body, const SimOptions& options, GenerationRequest& request) {
    FieldReader fields(body);
    if (fields.find("token_ids") == nullptr) fields.missing("token_ids");
    if (fields.find("sampling_params") == nullptr) fields.missing("sampling_params");
    const auto ids = fields.token_ids("token_ids");
    fields.check();
    if (ids.empty()) {
        fields.problem(
            "too_short", "token_ids", "List should have at least 1 item after validation, not 0",
            body["token_ids"], "{'field_type': 'List', 'min_length': 1, 'actual_length': 0}");
        fields.check();
    }
    Prompt& prompt = request.prompts.emplace_back();
    for (const std::int64_t id : ids)
        prompt.tokens.push_back(static_cast<TokenId>(std::min<std::int64_t>(id, UINT32_MAX)));
    check_prompt_input({prompt.tokens}, false);
    check_prompt_length(prompt.tokens.size(), options);
}

GenerationRequest read_generate(const json& body, const ServerState& server) {
    GenerationRequest request;
    read_prompt(body, server.options, request);
    const json flat = flattened(body);
    FieldReader fields(flat, "body.sampling_params");
    read_sampling(fields, request);
    request.max_tokens = fields.integer("max_tokens");
    if (const auto count = fields.integer("logprobs")) request.logprobs = static_cast<int>(*count);
    fields.check();
    request.model = served_model(request.model, server);
    const int slots = server.options.time.slots;
    if (request.numbers.n > slots) {
        throw ApiFailure(bad_request(
            "sampling_params.n must be at most the server's max_num_seqs (" +
            std::to_string(slots) + "), got " + std::to_string(request.numbers.n) + "."));
    }
    check_sampling(server.options, "max_tokens", request);
    return request;
}

bool wants_text(const json& body) {
    FieldReader fields(body);
    const std::string mode = fields.text("output_mode").value_or("tokens");
    if (mode != "tokens" && mode != "text") {
        fields.problem("literal_error", "output_mode", "Input should be 'tokens' or 'text'", mode,
                       R"({'expected': "'tokens' or 'text'"})");
    }
    fields.check();
    return mode == "text";
}

// What a renderer hands to /inference/v1/generate for one prompt.
ordered_json rendered(const json& body, const GenerationRequest& request, const Prompt& prompt,
                      const std::string& id) {
    ordered_json sampling = ordered_json::object();
    for (const auto* name : {"n", "presence_penalty", "frequency_penalty", "repetition_penalty",
                             "temperature", "top_p", "top_k", "min_p", "seed", "stop",
                             "stop_token_ids", "ignore_eos", "min_tokens"}) {
        if (body.contains(name)) sampling[name] = body[name];
    }
    sampling["max_tokens"] = prompt.max_tokens;
    return {{"request_id", id},
            {"token_ids", prompt.tokens},
            {"token_offsets", nullptr},
            {"features", nullptr},
            {"content_parts", nullptr},
            {"sampling_params", std::move(sampling)},
            {"model", request.model},
            {"reasoning_ended", nullptr},
            {"reasoning_parser_kwargs", nullptr},
            {"return_token_ids", nullptr},
            {"output_mode", "tokens"},
            {"stream", request.stream},
            {"stream_options", nullptr},
            {"cache_salt", nullptr},
            {"priority", 0},
            {"kv_transfer_params", nullptr},
            {"ec_transfer_params", nullptr}};
}

}  // namespace

std::unique_ptr<Call> answer_generate(const Exchange& exchange) {
    check_allowed(exchange);
    const json body = read_body(exchange.http);
    const bool text = wants_text(body);
    GenerationRequest request = read_generate(body, exchange.place.server);
    const std::string id = request_id_of(exchange.place, exchange.http, body);
    request.id = "generate-tokens-" + id;
    return start_generation(exchange, std::move(request), id,
                            [text](const GenerationRequest& made) {
                                return std::make_unique<GenerateDialect>(made, text);
                            });
}

std::unique_ptr<Call> answer_render(const Exchange& exchange) {
    check_allowed(exchange);
    const json body = read_body(exchange.http);
    const std::string id = request_id_of(exchange.place, exchange.http, body);
    const ServerState& server = exchange.place.server;
    ordered_json reply;
    if (exchange.http.path.find("chat") != std::string::npos) {
        const GenerationRequest request = read_chat_request(body, server);
        reply = rendered(body, request, request.prompts.front(), "chatcmpl-" + id);
    } else {
        const GenerationRequest request = read_completion_request(body, server);
        reply = ordered_json::array();
        for (const Prompt& prompt : request.prompts) {
            reply.push_back(
                rendered(body, request, prompt, "cmpl-" + id + "-" + std::to_string(reply.size())));
        }
    }
    exchange.sink.reply(200, "application/json", reply.dump());
    return nullptr;
}

std::unique_ptr<Call> answer_unserved(const Exchange& exchange) {
    check_allowed(exchange);
    throw ApiFailure({.status = 501,
                      .type = "NotImplementedError",
                      .message = "The simulated server does not offer this route"});
}

std::unique_ptr<Call> answer_inference_abort(const Exchange& exchange) {
    check_allowed(exchange);
    const json body = read_body(exchange.http);
    std::vector<std::string> ids;
    for (const json& id : body.value("request_ids", json::array())) {
        if (id.is_string()) ids.push_back(id.get<std::string>());
    }
    if (!ids.empty()) abort_everywhere(exchange.place.server, ids);
    exchange.sink.reply(200, "", "");
    return nullptr;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
