// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_pooling_request.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "testing/sim_error.h"
#include "testing/sim_fields.h"
#include "testing/sim_generation_request.h"
#include "testing/sim_json_text.h"
#include "testing/sim_prompt_input.h"
#include "testing/sim_request_body.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

using nlohmann::json;

int checked_dimensions(std::optional<std::int64_t> wanted, const std::string& model,
                       const SimOptions& options) {
    const int full = options.embedding_dimensions;
    if (!wanted) return full;
    if (!options.matryoshka) {
        throw ApiFailure(bad_request("Model '" + model +
                                     "' does not support Matryoshka embeddings; dimensions must be "
                                     "unset (received dimensions=" +
                                     std::to_string(*wanted) + ")."));
    }
    if (*wanted < 1 || *wanted > full) {
        throw ApiFailure(bad_request("dimensions must be in [1, " + std::to_string(full) +
                                     "], got " + std::to_string(*wanted) + "."));
    }
    return static_cast<int>(*wanted);
}

bool is_conversation(const json& value) {
    return value.is_array() && !value.empty() && value.front().is_object();
}

// The member with the conversations: `messages`, or an `input` that looks like them.
const json* conversations_of(const FieldReader& fields, PoolingRoute route) {
    const json* const input = fields.find("input");
    const json* const messages = fields.find("messages");
    if (input == nullptr) return messages;
    const bool inner = input->is_array() && !input->empty() && is_conversation(input->front());
    return route == PoolingRoute::embeddings && (is_conversation(*input) || inner) ? input
                                                                                   : nullptr;
}

std::vector<TokenId> conversation_tokens(const json& body, const json& messages,
                                         FieldReader& fields, const SimOptions& options) {
    json request = body;
    request["messages"] = messages;
    if (!request.contains("add_generation_prompt")) request["add_generation_prompt"] = false;
    FieldReader part(request);
    check_messages(part);
    fields.absorb(part);
    fields.check();
    return chat_tokens(request, options);
}

void read_conversations(const json& body, const json& value, FieldReader& fields,
                        const SimOptions& options, PoolingRequest& request) {
    const bool several = value.is_array() && !value.empty() && value.front().is_array();
    for (const json& one : several ? value : json::array({value}))
        request.inputs.push_back(conversation_tokens(body, one, fields, options));
}

void refuse_removed(const json& body) {
    if (!body.contains("normalize")) return;
    throw ApiFailure(bad_parameter(
        "Parameter `normalize` was removed; use `use_activation` instead.", "normalize"));
}

std::string supported_tasks(const SimOptions& options) {
    std::string list;
    for (const std::string& task : options.tasks) {
        if (task == "generate" || task == "transcription") continue;
        list += (list.empty() ? "" : ", ") + python_quoted(task);
    }
    return "[" + list + "]";
}

bool serves(const SimOptions& options, std::string_view task) {
    return std::find(options.tasks.begin(), options.tasks.end(), task) != options.tasks.end();
}

std::string pooling_task(const std::optional<std::string>& wanted, const SimOptions& options) {
    if (!wanted) {
        for (const auto* task : {"embed", "classify", "token_embed", "token_classify"}) {
            if (serves(options, task)) return task;
        }
    }
    const std::string task = wanted.value_or("");
    for (const auto& [old, now] : {std::pair("score", "classify"), std::pair("encode", "")}) {
        if (task != old) continue;
        const std::string hint = std::string(now).empty()
                                     ? "use `token_embed` or `token_classify` instead."
                                     : "use `" + std::string(now) + "` instead.";
        throw ApiFailure(bad_parameter("`" + task + "` task was removed; " + hint, "task"));
    }
    if (task != "generate" && task != "transcription" && serves(options, task)) return task;
    throw ApiFailure(bad_parameter("Unsupported task: " + python_quoted(task) +
                                       " Supported tasks: " + supported_tasks(options),
                                   "task"));
}

void check_data(const FieldReader& fields, PoolingRoute route) {
    if (route != PoolingRoute::pooling || fields.find("data") == nullptr) return;
    throw ApiFailure(bad_parameter(
        "No IOProcessor plugin installed. Please refer to the documentation and to the "
        "'prithvi_geospatial_mae_io_processor' offline inference example for more details.",
        "task"));
}

void read_inputs(const json& body, PoolingRoute route, FieldReader& fields,
                 const ServerState& server, PoolingRequest& request) {
    if (const json* const conversations = conversations_of(fields, route)) {
        return read_conversations(body, *conversations, fields, server.options, request);
    }
    if (fields.find("input") != nullptr) {
        request.inputs = read_prompt_input(fields, "input");
        return;
    }
    check_data(fields, route);
    fields.missing("input");
    fields.missing("messages");
    if (route == PoolingRoute::pooling) fields.missing("data");
}

void set_task(PoolingRoute route, const std::optional<std::string>& task, const SimOptions& options,
              PoolingRequest& request) {
    if (route == PoolingRoute::pooling) {
        request.task = pooling_task(task, options);
    } else {
        request.task = route == PoolingRoute::embeddings ? "embed" : "classify";
    }
}

}  // namespace

std::string pooling_model(const std::string& name, const ServerState& server) {
    try {
        return served_model(name, server);
    } catch (const ApiFailure& failure) {
        // The pooling routes say less.
        ApiError error = failure.error();
        error.message = "The model `" + name + "` does not exist.";
        error.param.reset();
        throw ApiFailure(std::move(error));
    }
}

PoolingRequest read_pooling_request(const json& body, PoolingRoute route,
                                    const ServerState& server) {
    const SimOptions& options = server.options;
    refuse_removed(body);
    PoolingRequest request;
    FieldReader fields(body);
    const std::string model = fields.text("model").value_or("");
    const auto dimensions = fields.integer("dimensions");
    if (route != PoolingRoute::classify) request.form = read_tensor_form(fields);
    const auto task = fields.text("task");
    request.activated = fields.boolean("use_activation").value_or(true);
    const Truncation truncation(fields, options);
    read_inputs(body, route, fields, server, request);
    fields.check();

    request.model = pooling_model(model, server);
    set_task(route, task, options, request);
    if (route == PoolingRoute::pooling && dimensions) {
        throw ApiFailure(bad_parameter("dimensions is currently not supported", "dimensions"));
    }
    const json* const input = fields.find("input");
    const bool ids =
        input != nullptr && input->is_array() && !input->empty() && !input->front().is_string();
    check_prompt_input(request.inputs, !ids);
    request.dimensions = route == PoolingRoute::embeddings
                             ? checked_dimensions(dimensions, request.model, options)
                             : options.embedding_dimensions;
    truncation.check();
    for (auto& tokens : request.inputs) {
        truncation.cut(tokens);
        check_prompt_length(tokens.size(), options);
    }
    return request;
}

std::string begin_pooling(const Exchange& exchange, const json& body, std::string_view prefix,
                          std::string_view model, SimFault& fault) {
    const std::string id = request_id_of(exchange.place, exchange.http, body);
    fault = exchange.place.fault_of(exchange.http.path, model, id, false);
    check_status_fault(fault);
    return std::string(prefix) + id;
}

Truncation::Truncation(FieldReader& fields, const SimOptions& options)
    : context_(options.max_model_len), most_(fields.integer("truncate_prompt_tokens")) {
    left_ = fields.text("truncation_side").value_or("right") == "left";
    if (most_ && *most_ == -1) most_ = context_;
}

void Truncation::check() const {
    if (!most_ || *most_ <= context_) return;
    throw ApiFailure(
        bad_request("truncate_prompt_tokens value is greater than max_model_len. Please request a "
                    "smaller truncation size."));
}

void Truncation::cut(std::vector<TokenId>& tokens) const {
    if (!most_ || *most_ < 0 || tokens.size() <= static_cast<std::size_t>(*most_)) return;
    const auto kept = static_cast<std::ptrdiff_t>(*most_);
    if (left_) tokens.erase(tokens.begin(), tokens.end() - kept);
    tokens.resize(static_cast<std::size_t>(kept));
}

void append_pooling_usage(std::string& out, std::size_t tokens) {
    out += R"("usage":{"prompt_tokens":)";
    append_number(out, tokens);
    out += R"(,"total_tokens":)";
    append_number(out, tokens);
    out +=
        R"(,"completion_tokens":0,"prompt_tokens_details":null,"completion_tokens_details":null})";
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
