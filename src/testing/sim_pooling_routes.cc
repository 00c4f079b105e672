// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_pooling_routes.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "testing/sim_classifier.h"
#include "testing/sim_clock.h"
#include "testing/sim_embedding.h"
#include "testing/sim_json_text.h"
#include "testing/sim_pooling_call.h"
#include "testing/sim_pooling_request.h"
#include "testing/sim_request_body.h"
#include "testing/sim_tokenizer.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

using nlohmann::json;

// The length of vectors that are not brought to length one.
constexpr float raw_length = 4;

Tensor embedding(const PoolingRequest& request, const std::string& text, int full) {
    Tensor tensor{embedding_of(text, full, request.dimensions)};
    if (request.activated) return tensor;
    for (float& value : tensor.values)
        value *= raw_length;
    return tensor;
}

Tensor tensor_of(const PoolingRequest& request, const std::vector<TokenId>& tokens,
                 const SimOptions& options) {
    const int full = options.embedding_dimensions;
    const bool classifies = request.task.ends_with("classify");
    if (!request.task.starts_with("token_")) {
        const std::string text = detokenize(tokens);
        return classifies ? Tensor{class_scores(text, options.labels, request.activated)}
                          : embedding(request, text, full);
    }
    Tensor matrix{{}, tokens.size()};
    for (const TokenId& token : tokens) {
        const std::string text = detokenize(std::span(&token, 1));
        const Tensor row = classifies
                               ? Tensor{class_scores(text, options.labels, request.activated)}
                               : embedding(request, text, full);
        matrix.values.insert(matrix.values.end(), row.values.begin(), row.values.end());
    }
    return matrix;
}

std::vector<std::size_t> lengths_of(const PoolingRequest& request) {
    std::vector<std::size_t> lengths;
    for (const auto& tokens : request.inputs)
        lengths.push_back(tokens.size());
    return lengths;
}

std::size_t sum_of(const std::vector<std::size_t>& lengths) {
    std::size_t sum = 0;
    for (const std::size_t length : lengths)
        sum += length;
    return sum;
}

void append_head(std::string& body, const std::string& id, const std::string& model,
                 std::int64_t created) {
    body += R"({"id":)";
    append_quoted(body, id);
    body += R"(,"object":"list","created":)";
    append_number(body, created);
    body += R"(,"model":)";
    append_quoted(body, model);
    body += R"(,"data":[)";
}

std::string json_body(const TensorReply& reply, std::string_view object, std::string_view member) {
    std::string body;
    append_head(body, reply.id, reply.model, reply.created);
    for (std::size_t i = 0; i < reply.tensors.size(); ++i) {
        body += i > 0 ? R"(,{"index":)" : R"({"index":)";
        append_number(body, i);
        body.append(R"(,"object":")").append(object);
        body.append(R"(",")").append(member).append(R"(":)");
        append_tensor(body, reply.tensors[i], reply.form);
        body += '}';
    }
    body += "],";
    append_pooling_usage(body, reply.tokens);
    return body + "}";
}

void write_bytes(const TensorReply& reply, ResponseSink& sink) {
    std::string body;
    for (const Tensor& tensor : reply.tensors)
        body += packed(tensor.values, reply.form);
    const bool described = reply.form.encoding == Encoding::bytes;
    sink.reply(200, "application/octet-stream", body,
               described ? metadata_header(reply) : std::string());
}

void write_tensors(const PoolingRequest& request, const SimOptions& options, bool embeds,
                   ResponseSink& sink) {
    TensorReply reply{.id = request.id,
                      .model = request.model,
                      .created = static_cast<std::int64_t>(unix_now()),
                      .tokens = sum_of(lengths_of(request)),
                      .form = request.form};
    for (const auto& tokens : request.inputs)
        reply.tensors.push_back(tensor_of(request, tokens, options));
    if (request.form.encoding >= Encoding::bytes) return write_bytes(reply, sink);
    sink.reply(
        200, "application/json",
        embeds ? json_body(reply, "embedding", "embedding") : json_body(reply, "pooling", "data"));
}

void write_classes(const PoolingRequest& request, const SimOptions& options, ResponseSink& sink) {
    std::string body;
    append_head(body, request.id, request.model, static_cast<std::int64_t>(unix_now()));
    for (std::size_t i = 0; i < request.inputs.size(); ++i) {
        const Tensor scores = tensor_of(request, request.inputs[i], options);
        const auto best = std::max_element(scores.values.begin(), scores.values.end());
        body += i > 0 ? R"(,{"index":)" : R"({"index":)";
        append_number(body, i);
        body += R"(,"label":)";
        append_quoted(body, options.labels[static_cast<std::size_t>(best - scores.values.begin())]);
        body += R"(,"probs":)";
        append_floats(body, scores.values);
        body += R"(,"num_classes":)";
        append_number(body, scores.values.size());
        body += '}';
    }
    body += "],";
    append_pooling_usage(body, sum_of(lengths_of(request)));
    sink.reply(200, "application/json", body + "}");
}

std::unique_ptr<Call> pool(const Exchange& exchange, PoolingRoute route, const char* prefix) {
    Workplace& place = exchange.place;
    const json body = read_body(exchange.http);
    PoolingRequest request = read_pooling_request(body, route, place.server);
    request.id = begin_pooling(exchange, body, prefix, request.model, request.fault);
    PoolingWork work{.prompts = lengths_of(request), .fault = request.fault};
    work.answer = [request = std::move(request), route, &place](ResponseSink& sink) {
        if (route == PoolingRoute::classify) return write_classes(request, place.options(), sink);
        write_tensors(request, place.options(), route == PoolingRoute::embeddings, sink);
    };
    return start_pooling(place, exchange.sink, std::move(work));
}

}  // namespace

std::unique_ptr<Call> answer_embeddings(const Exchange& exchange) {
    return pool(exchange, PoolingRoute::embeddings, "embd-");
}

std::unique_ptr<Call> answer_pooling(const Exchange& exchange) {
    return pool(exchange, PoolingRoute::pooling, "pooling-");
}

std::unique_ptr<Call> answer_classify(const Exchange& exchange) {
    return pool(exchange, PoolingRoute::classify, "classify-");
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
