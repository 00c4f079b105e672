// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_embedding_call.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "testing/sim_clock.h"
#include "testing/sim_embedding.h"
#include "testing/sim_error.h"
#include "testing/sim_fields.h"
#include "testing/sim_generation_request.h"
#include "testing/sim_json_text.h"
#include "testing/sim_prompt_input.h"
#include "testing/sim_tokenizer.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

using nlohmann::json;

bool reads_base64(FieldReader& fields) {
    const std::string format = fields.text("encoding_format").value_or("float");
    if (format != "float" && format != "base64") {
        fields.problem("literal_error", "encoding_format", "Input should be 'float' or 'base64'",
                       format, "{'expected': \"'float' or 'base64'\"}");
    }
    return format == "base64";
}

std::string pooling_model(const std::string& name, const SimOptions& options) {
    try {
        return served_model(name, options);
    } catch (const ApiFailure& failure) {
        // The pooling routes say less.
        ApiError error = failure.error();
        error.message = "The model `" + name + "` does not exist.";
        error.param.reset();
        throw ApiFailure(std::move(error));
    }
}

int checked_dimensions(std::optional<std::int64_t> wanted, const EmbeddingRequest& request,
                       const SimOptions& options) {
    const int full = options.embedding_dimensions;
    if (!wanted) return full;
    if (!options.matryoshka) {
        throw ApiFailure(bad_request("Model '" + request.model +
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

}  // namespace

EmbeddingRequest read_embedding_request(const json& body, const SimOptions& options) {
    EmbeddingRequest request;
    FieldReader fields(body);
    const std::string model = fields.text("model").value_or("");
    const auto dimensions = fields.integer("dimensions");
    request.base64 = reads_base64(fields);
    const bool conversation = fields.find("input") == nullptr && fields.find("messages") != nullptr;
    if (conversation) {
        check_messages(fields);
    } else {
        request.inputs = read_prompt_input(fields, "input");
    }
    fields.check();

    request.model = pooling_model(model, options);
    if (conversation) request.inputs.push_back(chat_tokens(body, options));
    const json* const input = fields.find("input");
    const bool ids =
        input != nullptr && input->is_array() && !input->empty() && !input->front().is_string();
    check_prompt_input(request.inputs, !ids);
    request.dimensions = checked_dimensions(dimensions, request, options);
    for (const auto& tokens : request.inputs)
        check_prompt_length(tokens.size(), options);
    return request;
}

EmbeddingCall::EmbeddingCall(Workplace& place, ResponseSink& sink, EmbeddingRequest request)
    : place_(place), sink_(sink), request_(std::move(request)) {
    place_.metrics.calls_in_flight.add();
}

EmbeddingCall::~EmbeddingCall() {
    place_.metrics.calls_in_flight.subtract();
    place_.metrics.finished[static_cast<std::size_t>(FinishReason::abort)].add(unfinished_);
    tasks_.clear();
    place_.publish_queue();
}

void EmbeddingCall::start() {
    place_.check_admission(request_.inputs.size());
    const Monotonic::time_point now = monotonic_now();
    for (const auto& tokens : request_.inputs) {
        tasks_.push_back(std::make_unique<Task>(*this));
        tasks_.back()->prompt_tokens =
            std::max<std::uint32_t>(static_cast<std::uint32_t>(tokens.size()), 1);
        place_.engine.add(*tasks_.back(), now);
    }
    unfinished_ = tasks_.size();
    place_.publish_queue();
    place_.wake_engine();
}

bool EmbeddingCall::Task::on_step(Monotonic::time_point now) {
    call_.finish_task(*this, now);
    return false;
}

void EmbeddingCall::finish_task(const Task& task, Monotonic::time_point now) {
    ShardMetrics& metrics = place_.metrics;
    const auto strikes = [](int count) { return count >= 0; };
    const SimFault& fault = request_.fault;
    if (strikes(fault.error_after_tokens)) {
        if (--unfinished_ == 0) {
            const ApiError error = internal_error();
            sink_.reply(error.status, "application/json", error_body(error));
        }
        return;
    }
    if (strikes(fault.cut_after_tokens)) return sink_.cut();
    if (strikes(fault.stall_after_tokens)) return;
    --unfinished_;
    metrics.prompt_tokens.add(task.prompt_tokens);
    metrics.request_prompt_tokens.observe(task.prompt_tokens);
    metrics.finished[static_cast<std::size_t>(FinishReason::stop)].add();
    metrics.e2e_latency.observe(Seconds(now - task.arrived).count());
    metrics.queue_time.observe(Seconds(task.scheduled - task.arrived).count());
    if (unfinished_ == 0) finish();
}

void EmbeddingCall::finish() {
    std::string body = R"({"id":)";
    append_quoted(body, request_.id);
    body += R"(,"object":"list","created":)";
    append_number(body, static_cast<std::int64_t>(unix_now()));
    body += R"(,"model":)";
    append_quoted(body, request_.model);
    body += R"(,"data":[)";
    std::uint64_t tokens = 0;
    for (std::size_t i = 0; i < request_.inputs.size(); ++i) {
        const auto vector =
            embedding_of(detokenize(request_.inputs[i]), place_.options().embedding_dimensions,
                         request_.dimensions);
        tokens += request_.inputs[i].size();
        body += i > 0 ? R"(,{"index":)" : R"({"index":)";
        append_number(body, i);
        body += R"(,"object":"embedding","embedding":)";
        if (request_.base64) {
            body += '"';
            append_base64(body, vector);
            body += '"';
        } else {
            append_floats(body, vector);
        }
        body += '}';
    }
    body += R"(],"usage":{"prompt_tokens":)";
    append_number(body, tokens);
    body += R"(,"total_tokens":)";
    append_number(body, tokens);
    body +=
        R"(,"completion_tokens":0,"prompt_tokens_details":null,"completion_tokens_details":null}})";
    sink_.reply(200, "application/json", body);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
