// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_score_routes.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "testing/sim_classifier.h"
#include "testing/sim_clock.h"
#include "testing/sim_error.h"
#include "testing/sim_fields.h"
#include "testing/sim_generation_request.h"
#include "testing/sim_json_text.h"
#include "testing/sim_pooling_call.h"
#include "testing/sim_pooling_request.h"
#include "testing/sim_request_body.h"
#include "testing/sim_tokenizer.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

using nlohmann::json;

/// One text to be compared, and how it stands in a reply.
struct ScoreText {
    std::string text{};
    std::size_t tokens{0};
    json content{};  ///< `{"content":[…]}` as it came; null for plain text.
};

struct ScoreRequest {
    std::string id{};
    std::string model{};
    std::vector<ScoreText> left{};
    std::vector<ScoreText> right{};
    bool as_probability{false};
};

constexpr ScorePair pairs[] = {
    {"queries", "documents"}, {"queries", "items"}, {"data_1", "data_2"}, {"text_1", "text_2"}};

void read_parts(const json& item, const SimOptions& options, ScoreText& text) {
    if (!options.multimodal) {
        throw ApiFailure(bad_request("MultiModalParam is not supported for SimModel"));
    }
    text.content = item;
    for (const json& part : item["content"]) {
        if (!part.is_object() || !part.contains("text") || !part["text"].is_string()) continue;
        if (!text.text.empty()) text.text += '\n';
        text.text += part["text"].get<std::string>();
    }
}

std::vector<ScoreText> read_texts(FieldReader& fields, std::string_view name,
                                  const Truncation& truncation, const SimOptions& options) {
    std::vector<ScoreText> texts;
    const json* const value = fields.find(name);
    if (value == nullptr) return texts;
    for (const json& item : value->is_array() ? *value : json::array({*value})) {
        ScoreText& text = texts.emplace_back();
        if (item.is_string()) {
            text.text = item.get<std::string>();
        } else if (item.is_object() && item.contains("content") && item["content"].is_array()) {
            read_parts(item, options, text);
        } else {
            fields.problem("string_type", name, "Input should be a valid string", item);
        }
        std::vector<TokenId> tokens;
        tokenize(text.text, tokens);
        truncation.cut(tokens);
        text.tokens = tokens.size();
        check_prompt_length(tokens.size(), options);
    }
    return texts;
}

void check_counts(const ScoreRequest& request, const char* element) {
    if (request.left.empty() || request.right.empty()) {
        throw ApiFailure(
            bad_request("At least one " + std::string(element) + " element must be given"));
    }
    if (request.left.size() == 1 || request.left.size() == request.right.size()) return;
    throw ApiFailure(bad_request("Input lengths must be either 1:1, 1:N or N:N"));
}

bool serves(const SimOptions& options, std::string_view task) {
    return std::find(options.tasks.begin(), options.tasks.end(), task) != options.tasks.end();
}

ScoreRequest read_score(FieldReader& fields, ScorePair pair, const char* element,
                        const ServerState& server) {
    ScoreRequest request;
    const std::string model = fields.text("model").value_or("");
    const Truncation truncation(fields, server.options);
    (void)fields.integer("max_tokens_per_query");
    (void)fields.integer("max_tokens_per_doc");
    (void)fields.integer("priority");
    const bool activated = fields.boolean("use_activation").value_or(true);
    request.left = read_texts(fields, pair.left, truncation, server.options);
    request.right = read_texts(fields, pair.right, truncation, server.options);
    fields.check();
    request.model = pooling_model(model, server);
    truncation.check();
    check_counts(request, element);
    request.as_probability =
        activated && !serves(server.options, "embed") && !serves(server.options, "token_embed");
    return request;
}

// An embedding model reads each text once, a classifier of pairs each pair.
std::vector<std::size_t> prompts_of(const ScoreRequest& request, const SimOptions& options) {
    std::vector<std::size_t> prompts;
    const bool by_text = serves(options, "embed") || serves(options, "token_embed");
    for (std::size_t i = 0; by_text && i < request.left.size(); ++i)
        prompts.push_back(request.left[i].tokens);
    for (std::size_t i = 0; i < request.right.size(); ++i) {
        const ScoreText& partner = request.left[request.left.size() == 1 ? 0 : i];
        prompts.push_back(request.right[i].tokens + (by_text ? 0 : partner.tokens));
    }
    return prompts;
}

std::vector<double> scores_of(const ScoreRequest& request) {
    std::vector<double> scores;
    for (std::size_t i = 0; i < request.right.size(); ++i) {
        const ScoreText& partner = request.left[request.left.size() == 1 ? 0 : i];
        scores.push_back(pair_score(partner.text, request.right[i].text, request.as_probability));
    }
    return scores;
}

std::size_t sum_of(const std::vector<std::size_t>& counts) {
    std::size_t sum = 0;
    for (const std::size_t count : counts)
        sum += count;
    return sum;
}

std::string score_body(const ScoreRequest& request, std::size_t tokens) {
    std::string body = R"({"id":)";
    append_quoted(body, request.id);
    body += R"(,"object":"list","created":)";
    append_number(body, static_cast<std::int64_t>(unix_now()));
    body += R"(,"model":)";
    append_quoted(body, request.model);
    body += R"(,"data":[)";
    const std::vector<double> scores = scores_of(request);
    for (std::size_t i = 0; i < scores.size(); ++i) {
        body += i > 0 ? R"(,{"index":)" : R"({"index":)";
        append_number(body, i);
        body += R"(,"object":"score","score":)";
        append_number(body, scores[i]);
        body += '}';
    }
    body += "],";
    append_pooling_usage(body, tokens);
    return body + "}";
}

void append_document(std::string& body, const ScoreText& document) {
    body += R"("document":{"text":)";
    if (document.content.is_null()) {
        append_quoted(body, document.text);
        body += R"(,"multi_modal":null})";
    } else {
        body += R"(null,"multi_modal":)" + document.content.dump() + "}";
    }
}

std::string rerank_body(const ScoreRequest& request, std::size_t top, std::size_t tokens) {
    const std::vector<double> scores = scores_of(request);
    std::vector<std::size_t> order(scores.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t left, std::size_t right) {
        return scores[left] > scores[right];
    });
    if (top > 0 && top < order.size()) order.resize(top);
    std::string body = R"({"id":)";
    append_quoted(body, request.id);
    body += R"(,"model":)";
    append_quoted(body, request.model);
    const std::string count = std::to_string(tokens);
    body += R"(,"usage":{"prompt_tokens":)" + count + R"(,"total_tokens":)" + count +
            R"(},"results":[)";
    for (const std::size_t index : order) {
        body += index == order.front() ? R"({"index":)" : R"(,{"index":)";
        append_number(body, index);
        body += ',';
        append_document(body, request.right[index]);
        body += R"(,"relevance_score":)";
        append_number(body, scores[index]);
        body += '}';
    }
    return body + "]}";
}

std::unique_ptr<Call> start(const Exchange& exchange, const json& body, ScoreRequest request,
                            std::int64_t top) {
    PoolingWork work;
    request.id = begin_pooling(exchange, body, "score-", request.model, work.fault);
    work.prompts = prompts_of(request, exchange.place.options());
    const std::size_t tokens = sum_of(work.prompts);
    work.answer = [request = std::move(request), top, tokens](ResponseSink& sink) {
        sink.reply(200, "application/json",
                   top < 0 ? score_body(request, tokens)
                           : rerank_body(request, static_cast<std::size_t>(top), tokens));
    };
    return start_pooling(exchange.place, exchange.sink, std::move(work));
}

// All that any of the forms would have needed.
void note_missing_pair(FieldReader& fields) {
    for (const ScorePair& pair : pairs) {
        for (const std::string_view name : {pair.left, pair.right}) {
            if (fields.find(name) == nullptr) fields.missing(name);
        }
    }
}

}  // namespace

ScorePair score_pair_of(const json& body) {
    for (const ScorePair& pair : pairs) {
        if (body.contains(pair.left) && body.contains(pair.right)) return pair;
    }
    return {};
}

std::unique_ptr<Call> answer_score(const Exchange& exchange) {
    const json body = read_body(exchange.http);
    FieldReader fields(body);
    const ScorePair pair = score_pair_of(body);
    if (pair.left.empty()) note_missing_pair(fields);
    fields.check();
    return start(exchange, body, read_score(fields, pair, "text", exchange.place.server), -1);
}

std::unique_ptr<Call> answer_rerank(const Exchange& exchange) {
    const json body = read_body(exchange.http);
    FieldReader fields(body);
    for (const auto* name : {"query", "documents"}) {
        if (fields.find(name) == nullptr) fields.missing(name);
    }
    const std::int64_t top = fields.integer("top_n").value_or(0);
    if (top < 0) {
        fields.problem("greater_than_equal", "top_n", "Input should be greater than or equal to 0",
                       body["top_n"], "{'ge': 0}");
    }
    fields.check();
    return start(exchange, body,
                 read_score(fields, {"query", "documents"}, "text_pair", exchange.place.server),
                 top);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
