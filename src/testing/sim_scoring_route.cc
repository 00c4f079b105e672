// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_scoring_route.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "testing/sim_clock.h"
#include "testing/sim_error.h"
#include "testing/sim_fields.h"
#include "testing/sim_generation_request.h"
#include "testing/sim_hash.h"
#include "testing/sim_json_text.h"
#include "testing/sim_pooling_call.h"
#include "testing/sim_pooling_request.h"
#include "testing/sim_prompt_input.h"
#include "testing/sim_request_body.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

using nlohmann::json;

struct ScoringRequest {
    std::string id{};
    std::string model{};
    std::vector<std::vector<TokenId>> prompts{};
    std::vector<TokenId> labels{};
    bool softmax{true};
};

std::vector<TokenId> read_labels(const std::vector<std::int64_t>& ids) {
    if (ids.empty()) {
        throw ApiFailure(bad_request("label_token_ids must contain at least one token ID."));
    }
    const std::int64_t size = Vocabulary::instance().size();
    std::vector<TokenId> labels;
    for (const std::int64_t id : ids) {
        if (id >= size) {
            throw ApiFailure(bad_request("label_token_id " + std::to_string(id) +
                                         " is out of vocabulary range [0, " + std::to_string(size) +
                                         "). Please provide valid token IDs."));
        }
        labels.push_back(static_cast<TokenId>(id));
    }
    return labels;
}

ScoringRequest read_scoring(const json& body, const ServerState& server) {
    FieldReader fields(body);
    for (const auto* name : {"query", "items", "label_token_ids"}) {
        if (fields.find(name) == nullptr) fields.missing(name);
    }
    fields.check();
    ScoringRequest request;
    request.softmax = fields.boolean("apply_softmax").value_or(true);
    const bool item_first = fields.boolean("item_first").value_or(false);
    const auto ids = fields.token_ids("label_token_ids");
    const auto query = read_prompt_input(fields, "query");
    const auto items = read_prompt_input(fields, "items");
    const std::string model = fields.text("model").value_or("");
    fields.check();
    request.model = served_model(model, server);
    if (items.empty()) throw ApiFailure(bad_request("items must contain at least one item."));
    request.labels = read_labels(ids);
    for (const auto& item : items) {
        auto& prompt = request.prompts.emplace_back(item_first ? item : query.front());
        const auto& rest = item_first ? query.front() : item;
        prompt.insert(prompt.end(), rest.begin(), rest.end());
        check_prompt_length(prompt.size() + 1, server.options);
    }
    check_prompt_input(request.prompts, false);
    return request;
}

// The probability of the first label: among all labels, or among all tokens.
double score_of(const ScoringRequest& request, const std::vector<TokenId>& prompt) {
    std::uint64_t seed = 0;
    for (const TokenId id : prompt)
        seed = mixed(seed ^ id);
    double sum = 0;
    double first = 0;
    for (const TokenId label : request.labels) {
        const double probability = std::exp(-4 - 4 * unit_interval(mixed(seed, label)));
        if (sum == 0) first = probability;
        sum += probability;
    }
    return request.softmax ? first / sum : first;
}

std::string reply_of(const ScoringRequest& request) {
    std::string body = R"({"id":)";
    append_quoted(body, request.id);
    body += R"(,"object":"list","created":)";
    append_number(body, static_cast<std::int64_t>(unix_now()));
    body += R"(,"model":)";
    append_quoted(body, request.model);
    body += R"(,"data":[)";
    std::size_t tokens = 0;
    for (std::size_t i = 0; i < request.prompts.size(); ++i) {
        tokens += request.prompts[i].size();
        body += i > 0 ? R"(,{"index":)" : R"({"index":)";
        append_number(body, i);
        body += R"(,"object":"score","score":)";
        append_number(body, score_of(request, request.prompts[i]));
        body += '}';
    }
    const std::size_t generated = request.prompts.size();
    return body + R"(],"usage":{"prompt_tokens":)" + std::to_string(tokens) +
           R"(,"total_tokens":)" + std::to_string(tokens + generated) + R"(,"completion_tokens":)" +
           std::to_string(generated) +
           R"(,"prompt_tokens_details":null,"completion_tokens_details":null}})";
}

}  // namespace

std::unique_ptr<Call> answer_generative_scoring(const Exchange& exchange) {
    const json body = read_body(exchange.http);
    ScoringRequest request = read_scoring(body, exchange.place.server);
    PoolingWork work;
    request.id = begin_pooling(exchange, body, "generative-scoring-", request.model, work.fault);
    for (const auto& prompt : request.prompts)
        work.prompts.push_back(prompt.size());
    work.answer = [request = std::move(request)](ResponseSink& sink) {
        sink.reply(200, "application/json", reply_of(request));
    };
    return start_pooling(exchange.place, exchange.sink, std::move(work));
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
