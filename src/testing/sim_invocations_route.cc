// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_invocations_route.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "testing/sim_error.h"
#include "testing/sim_generation_routes.h"
#include "testing/sim_pooling_routes.h"
#include "testing/sim_request_body.h"
#include "testing/sim_score_routes.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

std::unique_ptr<Call> answer_invocations(const Exchange& exchange) {
    const nlohmann::json body = read_body(exchange.http);
    const auto& tasks = exchange.place.options().tasks;
    const auto serves = [&](std::string_view task) {
        return std::find(tasks.begin(), tasks.end(), task) != tasks.end();
    };
    const bool takes_input = body.contains("input") || body.contains("messages");
    if (serves("generate")) {
        if (body.contains("messages")) return answer_chat(exchange);
        // The model of a completion takes any object, so it is what is left.
        if (!serves("embed") || !body.contains("input")) return answer_completion(exchange);
    }
    if (takes_input && serves("embed")) return answer_embeddings(exchange);
    if (takes_input && serves("classify")) return answer_classify(exchange);
    if (serves("embed") || serves("token_embed")) {
        if (!score_pair_of(body).left.empty()) return answer_score(exchange);
        if (body.contains("query") && body.contains("documents")) return answer_rerank(exchange);
    }
    if (takes_input) return answer_pooling(exchange);
    throw ApiFailure(
        bad_request("Cannot find suitable handler for request. Expected one of: "
                    "['EmbeddingRequest', 'ScoreRequest', 'RerankRequest', "
                    "'PoolingRequest']"));
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
