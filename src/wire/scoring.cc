// SPDX-License-Identifier: Apache-2.0
#include "wire/scoring.h"

#include <algorithm>
#include <utility>

#include "wire/json_writer.h"
#include "wire/message_writer.h"
#include "wire/reply_body.h"
#include "wire/reply_header.h"
#include "wire/row_index.h"
#include "wire/tensor_json.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

std::vector<double> ScoreReply::by_document() const {
    std::vector<double> scores(data.size());
    for (const Score& score : data)
        scores[static_cast<std::size_t>(score.index)] = score.score;
    return scores;
}

std::optional<double> RerankReply::score_of(std::size_t document) const noexcept {
    for (const RerankResult& result : results) {
        if (result.index == static_cast<std::int64_t>(document)) return result.relevance_score;
    }
    return std::nullopt;
}

namespace wire {
namespace {

bool is_empty(const ScoreInput& input) {
    return std::visit([](const auto& value) { return value.empty(); }, input);
}

void write_value(JsonWriter& writer, const std::string& text) {
    writer.value(text);
}

void write_value(JsonWriter& writer, const std::vector<ContentPart>& parts) {
    writer.begin_object();
    if (writer.key("content")) write_parts(writer, parts);
    writer.end_object();
}

void write_input(JsonWriter& writer, const ScoreInput& input) {
    std::visit([&writer](const auto& value) { write_value(writer, value); }, input);
}

void write_inputs(JsonWriter& writer, std::string_view name,
                  const std::vector<ScoreInput>& inputs) {
    if (!writer.key(name)) return;
    if (inputs.empty()) writer.fail(name, "is empty");
    writer.begin_array();
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        if (const auto* text = std::get_if<std::string>(&inputs[i])) {
            writer.value(*text);
        } else {
            const JsonWriter::Scope scope(writer, name, i);
            write_input(writer, inputs[i]);
        }
    }
    writer.end_array();
}

// The i-th query goes with the i-th document, unless there is only one query.
void check_pairs(JsonWriter& writer, const ScoreRequest& r) {
    if (writer.is_replaced("queries") || writer.is_replaced("documents")) return;
    if (r.queries.size() <= 1 || r.queries.size() == r.documents.size()) return;
    writer.fail("queries", "must be one, or as many as documents");
}

template <class Request>
void write_c_to_d(JsonWriter& writer, const Request& r) {
    writer.member_if("cache_salt", r.cache_salt);
    writer.member_if("chat_template_kwargs", r.chat_template_kwargs);
    write_inputs(writer, "documents", r.documents);
}

template <class Request>
void write_i_to_p(JsonWriter& writer, const Request& r) {
    writer.member_if("instruction", r.instruction);
    writer.member_if("max_tokens_per_doc", r.max_tokens_per_doc);
    writer.member_if("max_tokens_per_query", r.max_tokens_per_query);
    writer.member_if("mm_processor_kwargs", r.mm_processor_kwargs);
    writer.member_if("model", r.model);
    writer.member_if("padding", r.padding);
    writer.member_if("priority", r.priority);
}

template <class Request>
void write_t_to_u(JsonWriter& writer, const Request& r) {
    writer.member_if("truncate_prompt_tokens", r.truncate_prompt_tokens);
    writer.member_if("truncation_side", r.truncation_side);
    writer.member_if("use_activation", r.use_activation);
    writer.member_if("user", r.user);
}

double read_required_score(ondemand::value item, bool& seen) {
    seen = true;
    return read_score(item);
}

Score read_pair(ondemand::value element, std::int64_t position) {
    Score pair;
    pair.index = position;
    ExtraFields extra;
    bool has_score = false;
    for_each_field(element.get_object().value(), [&](std::string_view key, ondemand::value item) {
        if (key == "index") {
            pair.index = read_integer(item);
        } else if (key == "score") {
            pair.score = read_required_score(item, has_score);
        } else if (key != "object" && !is_null(item)) {
            extra.add(key, item);
        }
    });
    require(has_score, "score");
    pair.extra = extra.take();
    return pair;
}

ScoreReply read_scores(ondemand::object object, std::size_t expected) {
    ScoreReply reply;
    ExtraFields extra;
    std::vector<std::int64_t> indices;
    for_each_field(object, [&](std::string_view key, ondemand::value item) {
        if (key == "data") {
            for_each_element(item, [&](ondemand::value element) {
                const auto position = static_cast<std::int64_t>(indices.size());
                reply.data.push_back(read_pair(element, position));
                indices.push_back(reply.data.back().index);
            });
        } else if (!read_header_member(reply, key, item) && !is_null(item)) {
            extra.add(key, item);
        }
    });
    require(!indices.empty(), "data");
    static_cast<void>(order_by_index(indices, expected, "data"));
    reply.extra = extra.take();
    return reply;
}

// Some servers repeat the document as a plain text, vLLM as `{"text":…,"multi_modal":…}`.
void read_document(RerankResult& result, ondemand::value document) {
    if (is_null(document)) return;
    if (document.type().value() == ondemand::json_type::string) {
        result.text = read_text(document);
        return;
    }
    for_each_field(document.get_object().value(), [&](std::string_view key, ondemand::value item) {
        if (key == "text") {
            result.text = read_text(item);
        } else if (key == "multi_modal" && !is_null(item)) {
            result.multi_modal = read_json_text(item);
        }
    });
}

RerankResult read_result(ondemand::value element) {
    RerankResult result;
    ExtraFields extra;
    bool has_index = false;
    bool has_score = false;
    for_each_field(element.get_object().value(), [&](std::string_view key, ondemand::value item) {
        if (key == "index") {
            has_index = true;
            result.index = read_integer(item);
        } else if (key == "relevance_score") {
            result.relevance_score = read_required_score(item, has_score);
        } else if (key == "document") {
            read_document(result, item);
        } else if (!is_null(item)) {
            extra.add(key, item);
        }
    });
    require(has_index, "index");
    require(has_score, "relevance_score");
    result.extra = extra.take();
    return result;
}

RerankReply read_ranking(ondemand::object object, std::size_t documents) {
    RerankReply reply;
    ExtraFields extra;
    std::vector<std::int64_t> indices;
    bool has_results = false;
    for_each_field(object, [&](std::string_view key, ondemand::value item) {
        if (key == "results") {
            has_results = true;
            for_each_element(item, [&](ondemand::value element) {
                reply.results.push_back(read_result(element));
                indices.push_back(reply.results.back().index);
            });
        } else if (!read_header_member(reply, key, item) && !is_null(item)) {
            extra.add(key, item);
        }
    });
    require(has_results, "results");
    check_indices(indices, documents, "results");
    reply.extra = extra.take();
    return reply;
}

template <class T>
void write_lists(JsonWriter& writer, const std::vector<T>& items) {
    writer.begin_array();
    for (const T& item : items) {
        if constexpr (std::is_same_v<T, TokenIds>) {
            write_lists(writer, item);
        } else {
            writer.value(item);
        }
    }
    writer.end_array();
}

void write_query(JsonWriter& writer, const GenerativeScoringRequest& r) {
    if (!writer.key("query")) return;
    if (const auto* text = std::get_if<std::string>(&r.query)) return writer.value(*text);
    write_lists(writer, std::get<TokenIds>(r.query));
}

}  // namespace

Result<std::string> write_score_request(const ScoreRequest& r) {
    JsonWriter writer;
    writer.begin_object(&r.extra);
    check_pairs(writer, r);
    write_c_to_d(writer, r);
    write_i_to_p(writer, r);
    write_inputs(writer, "queries", r.queries);
    writer.member_if("request_id", r.request_id);
    write_t_to_u(writer, r);
    writer.end_object();
    return std::move(writer).finish();
}

Result<std::string> write_rerank_request(const RerankRequest& r) {
    JsonWriter writer;
    writer.begin_object(&r.extra);
    write_c_to_d(writer, r);
    write_i_to_p(writer, r);
    if (writer.key("query")) {
        if (is_empty(r.query)) writer.fail("query", "is empty");
        write_input(writer, r.query);
    }
    writer.member_if("request_id", r.request_id);
    writer.member_if("top_n", r.top_n);
    write_t_to_u(writer, r);
    writer.end_object();
    return std::move(writer).finish();
}

Result<std::string> write_generative_scoring_request(const GenerativeScoringRequest& r) {
    JsonWriter writer;
    writer.begin_object(&r.extra);
    writer.member_if("add_special_tokens", r.add_special_tokens);
    writer.member_if("apply_softmax", r.apply_softmax);
    writer.member_if("cache_salt", r.cache_salt);
    writer.member_if("item_first", r.item_first);
    if (writer.key("items")) {
        if (count_items(r) == 0) writer.fail("items", "is empty");
        std::visit([&writer](const auto& items) { write_lists(writer, items); }, r.items);
    }
    if (writer.key("label_token_ids")) {
        if (r.label_token_ids.empty()) writer.fail("label_token_ids", "is empty");
        write_lists(writer, r.label_token_ids);
    }
    writer.member_if("model", r.model);
    writer.member_if("priority", r.priority);
    write_query(writer, r);
    writer.member_if("request_id", r.request_id);
    writer.end_object();
    return std::move(writer).finish();
}

std::size_t count_items(const GenerativeScoringRequest& request) {
    return std::visit([](const auto& items) { return items.size(); }, request.items);
}

Result<ScoreReply> read_score_reply(std::string_view padded_body, std::size_t expected) {
    return read_reply_body<ScoreReply>(padded_body, "score reply", [&](ondemand::object object) {
        return read_scores(object, expected);
    });
}

Result<RerankReply> read_rerank_reply(std::string_view padded_body, std::size_t documents) {
    return read_reply_body<RerankReply>(padded_body, "rerank reply", [&](ondemand::object object) {
        return read_ranking(object, documents);
    });
}

}  // namespace wire
}  // namespace vllm_client::inline VLLM_CLIENT_ABI
