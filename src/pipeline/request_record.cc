// SPDX-License-Identifier: Apache-2.0
#include "pipeline/request_record.h"

#include <utility>

namespace vllm_client::inline VLLM_CLIENT_ABI::pipeline {

void Observation::emit(const Event& event) const noexcept {
    if (!on_event) return;
    try {
        on_event(event);
    } catch (...) {
        // A hook only watches: what it throws must not change what it watches.
        return;
    }
}

RequestRecord::RequestRecord(std::shared_ptr<const Observation> observation,
                             std::string_view operation, std::string_view model,
                             std::string request_id, std::string endpoint)
    : observation_(std::move(observation)),
      operation_(operation),
      model_(observation_->metrics->model(model)),
      request_id_(std::move(request_id)),
      endpoint_(std::move(endpoint)),
      begun_(observation_->clock->now()) {
    observation_->metrics->started(model_);
    if (observation_->on_event) observation_->emit(event(Event::Kind::request_started));
}

RequestRecord::~RequestRecord() {
    if (ended_.load()) return;
    const Error dropped{.kind = ErrorKind::cancelled, .message = "the request was dropped"};
    end(&dropped, 0);
}

Event RequestRecord::event(Event::Kind kind) const noexcept {
    Event event;
    event.kind = kind;
    event.endpoint = endpoint_;
    event.operation = operation_;
    event.model = model_.model;
    event.request_id = request_id_;
    return event;
}

void RequestRecord::end(const Error* error, int http_status) noexcept {
    if (ended_.exchange(true)) return;
    const auto latency = observation_->clock->now() - begun_;
    observation_->metrics->ended(
        model_, error ? std::optional<ErrorKind>(error->kind) : std::nullopt, latency);
    if (!observation_->on_event) return;
    Event ending = event(Event::Kind::request_finished);
    ending.duration = latency;
    ending.http_status = http_status;
    ending.error = error;
    observation_->emit(ending);
}

void RequestRecord::first_token(std::chrono::nanoseconds after) noexcept {
    observation_->metrics->first_token(model_, after);
}

void RequestRecord::tokens(const Usage& usage) noexcept {
    observation_->metrics->tokens(model_, usage.prompt_tokens, usage.completion_tokens);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::pipeline
