// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "testing/sim_generation_request.h"
#include "testing/sim_prompt_input.h"
#include "testing/sim_state.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

using nlohmann::json;

constexpr std::size_t max_prompts = 1024;

void read_completion_logprobs(FieldReader& fields, GenerationRequest& request) {
    const auto count = fields.integer("logprobs");
    if (!count) return;
    const std::int64_t vocabulary = Vocabulary::instance().size();
    request.logprobs =
        static_cast<int>(*count < 0 ? vocabulary : std::min<std::int64_t>(*count, 1 << 30));
    // The echoed prompt is reported with log probabilities too.
    if (request.echo && request.prompt_logprobs < 0) request.prompt_logprobs = request.logprobs;
}

}  // namespace

GenerationRequest read_completion_request(const json& body, const ServerState& server) {
    const SimOptions& options = server.options;
    GenerationRequest request;
    FieldReader fields(body);
    read_sampling(fields, request);
    request.max_tokens = fields.integer("max_tokens").value_or(16);
    read_completion_logprobs(fields, request);
    request.prompt_only = request.echo && *request.max_tokens == 0;
    const json* const prompt = fields.find("prompt");
    if (prompt == nullptr || *prompt == json("")) {
        throw ApiFailure(bad_parameter(
            "Either prompt or prompt_embeds must be provided and non-empty.", "prompt"));
    }
    auto inputs = read_prompt_input(fields, "prompt");
    fields.check();

    request.model = served_model(request.model, server);
    if (fields.find("suffix") != nullptr) {
        throw ApiFailure(
            {.message = "suffix is only supported for models with FIM completion rendering",
             .param = "suffix"});
    }
    if (inputs.size() > max_prompts) {
        throw ApiFailure(bad_request("Too many prompts: " + std::to_string(inputs.size()) +
                                     ". The maximum is " + std::to_string(max_prompts) + "."));
    }
    check_prompt_input(inputs, false);
    for (auto& tokens : inputs) {
        check_prompt_length(tokens.size(), options);
        request.prompts.push_back({.tokens = std::move(tokens)});
    }
    check_sampling(options, "max_tokens", request);
    return request;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
