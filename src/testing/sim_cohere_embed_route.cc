// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_cohere_embed_route.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "testing/sim_embedding.h"
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

constexpr std::string_view known_types[] = {"float", "binary", "ubinary", "base64"};

struct CohereRequest {
    std::string id{};
    std::string model{};
    std::vector<std::string> texts{};
    std::vector<std::size_t> prompts{};
    std::vector<std::string> types{"float"};
    json echoed{};  ///< `texts` as they came; null for other inputs.
    bool images{false};
    int dimensions{0};
};

void check_source(const json& body, FieldReader& fields) {
    int given = 0;
    bool filled = true;
    for (const auto* name : {"texts", "images", "inputs"}) {
        const json* const list = fields.array(name);
        if (list == nullptr) continue;
        ++given;
        filled = filled && !list->empty();
    }
    fields.check();
    if (given == 1 && filled) return;
    const std::string text =
        "Exactly one of texts, images, or inputs must be provided, and it must be non-empty";
    fields.problem("value_error", "", "Value error, " + text, body,
                   "{'error': ValueError('" + text + "')}");
    fields.check();
}

void read_types(FieldReader& fields, CohereRequest& request) {
    const json* const types = fields.array("embedding_types");
    if (types == nullptr || types->empty()) return;
    request.types.clear();
    for (std::size_t i = 0; i < types->size(); ++i) {
        const json& type = (*types)[i];
        const std::string name = type.is_string() ? type.get<std::string>() : std::string();
        if (std::find(std::begin(known_types), std::end(known_types), name) !=
            std::end(known_types)) {
            request.types.push_back(name);
            continue;
        }
        fields.problem("literal_error", "embedding_types." + std::to_string(i),
                       "Input should be 'float', 'binary', 'ubinary' or 'base64'", type,
                       R"({'expected': "'float', 'binary', 'ubinary' or 'base64'"})");
    }
}

std::string text_of_parts(const json& input, bool& images) {
    std::string text;
    const json parts = input.is_object() ? input.value("content", json::array()) : json::array();
    for (const json& part : parts) {
        if (part.is_object() && part.value("type", "") == "image_url") images = true;
        if (!part.is_object() || !part.contains("text") || !part["text"].is_string()) continue;
        text += (text.empty() ? "" : "\n") + part["text"].get<std::string>();
    }
    return text;
}

void read_texts(const json& body, FieldReader& fields, CohereRequest& request) {
    if (fields.find("texts") != nullptr) {
        request.echoed = body["texts"];
        for (std::size_t i = 0; i < request.echoed.size(); ++i) {
            const json& text = request.echoed[i];
            if (!text.is_string()) {
                fields.problem("string_type", "texts." + std::to_string(i),
                               "Input should be a valid string", text);
            } else {
                request.texts.push_back(text.get<std::string>());
            }
        }
    } else if (fields.find("images") != nullptr) {
        request.images = true;
        for (const json& image : body["images"])
            request.texts.push_back(image.is_string() ? image.get<std::string>() : "");
    } else {
        for (const json& input : body["inputs"])
            request.texts.push_back(text_of_parts(input, request.images));
    }
}

void check_model(FieldReader& fields, const ServerState& server, CohereRequest& request) {
    const SimOptions& options = server.options;
    request.model = pooling_model(fields.text("model").value_or(""), server);
    if (const auto type = fields.text("input_type")) {
        throw ApiFailure(bad_request("Unsupported input_type '" + *type +
                                     "'. This model does not define any input_type task "
                                     "instructions."));
    }
    if (request.images && !options.multimodal) {
        throw ApiFailure(bad_request(options.models.front() + " is not a multimodal model"));
    }
    request.dimensions = options.embedding_dimensions;
    const auto wanted = fields.integer("output_dimension");
    if (!wanted) return;
    if (!options.matryoshka || *wanted < 1 || *wanted > request.dimensions) {
        throw ApiFailure(bad_request("Model '" + request.model +
                                     "' does not support Matryoshka embeddings; dimensions must be "
                                     "unset (received dimensions=" +
                                     std::to_string(*wanted) + ")."));
    }
    request.dimensions = static_cast<int>(*wanted);
}

CohereRequest read_request(const json& body, const ServerState& server) {
    CohereRequest request;
    FieldReader fields(body);
    check_source(body, fields);
    read_types(fields, request);
    read_texts(body, fields, request);
    const std::string truncate = fields.text("truncate").value_or("END");
    const std::int64_t most = fields.integer("max_tokens").value_or(server.options.max_model_len);
    fields.check();
    check_model(fields, server, request);
    for (std::string& text : request.texts) {
        std::vector<TokenId> tokens;
        tokenize(text, tokens);
        if (truncate == "NONE") check_prompt_length(tokens.size(), server.options);
        const auto kept = static_cast<std::size_t>(
            std::clamp<std::int64_t>(most, 0, server.options.max_model_len));
        if (tokens.size() > kept) {
            const auto excess = static_cast<std::ptrdiff_t>(tokens.size() - kept);
            truncate == "START" ? tokens.erase(tokens.begin(), tokens.begin() + excess)
                                : tokens.erase(tokens.end() - excess, tokens.end());
            text = detokenize(tokens);
        }
        request.prompts.push_back(tokens.size());
    }
    return request;
}

// One bit for each element, the first one highest.
void append_bits(std::string& body, const std::vector<float>& vector, bool is_signed) {
    body += '[';
    for (std::size_t i = 0; i + 8 <= vector.size(); i += 8) {
        int byte = 0;
        for (std::size_t bit = 0; bit < 8; ++bit)
            byte = byte * 2 + (vector[i + bit] >= 0 ? 1 : 0);
        if (i > 0) body += ',';
        append_number(body, is_signed ? byte - 128 : byte);
    }
    body += ']';
}

void append_vector(std::string& body, const std::string& type, const std::vector<float>& vector) {
    if (type == "float") return append_floats(body, vector);
    if (type != "base64") return append_bits(body, vector, type == "binary");
    body += '"';
    append_base64(body, packed(vector, {}));
    body += '"';
}

std::string reply_of(const CohereRequest& request, const SimOptions& options) {
    std::string body = R"({"id":)";
    append_quoted(body, request.id);
    body += R"(,"embeddings":{)";
    bool first = true;
    for (const std::string_view type : known_types) {
        const auto& wanted = request.types;
        if (std::find(wanted.begin(), wanted.end(), type) == wanted.end()) continue;
        if (!std::exchange(first, false)) body += ',';
        body.append("\"").append(type).append("\":[");
        for (std::size_t i = 0; i < request.texts.size(); ++i) {
            if (i > 0) body += ',';
            append_vector(
                body, std::string(type),
                embedding_of(request.texts[i], options.embedding_dimensions, request.dimensions));
        }
        body += ']';
    }
    body += '}';
    if (!request.echoed.is_null()) body += R"(,"texts":)" + request.echoed.dump();
    std::size_t tokens = 0;
    for (const std::size_t prompt : request.prompts)
        tokens += prompt;
    body += R"(,"meta":{"api_version":{"version":"2"},"billed_units":{"input_tokens":)" +
            std::to_string(request.images ? 0 : tokens) + R"(,"image_tokens":)" +
            std::to_string(request.images ? tokens : 0) + "}}";
    return body + R"(,"response_type":"embeddings_by_type"})";
}

}  // namespace

std::unique_ptr<Call> answer_cohere_embed(const Exchange& exchange) {
    Workplace& place = exchange.place;
    const json body = read_body(exchange.http);
    CohereRequest request = read_request(body, place.server);
    PoolingWork work;
    request.id = begin_pooling(exchange, body, "embd-", request.model, work.fault);
    work.prompts = request.prompts;
    work.answer = [request = std::move(request), &place](ResponseSink& sink) {
        sink.reply(200, "application/json", reply_of(request, place.options()));
    };
    return start_pooling(place, exchange.sink, std::move(work));
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
