// SPDX-License-Identifier: Apache-2.0
#include "metrics/client_metrics.h"

#include <utility>

namespace vllm_client::inline VLLM_CLIENT_ABI::metrics {
namespace {

constexpr auto relaxed = std::memory_order_relaxed;

double per_second(std::uint64_t amount, std::chrono::nanoseconds time) {
    const double seconds = std::chrono::duration<double>(time).count();
    return seconds > 0 ? static_cast<double>(amount) / seconds : 0;
}

}  // namespace

ClientMetrics::ClientMetrics(std::shared_ptr<runtime::Clock> clock)
    : clock_(std::move(clock)), since_(clock_->now()) {}

ModelFigures& ClientMetrics::model(std::string_view name) {
    {
        const std::shared_lock lock(mutex_);
        if (const auto found = by_name_.find(name); found != by_name_.end()) return *found->second;
    }
    const std::unique_lock lock(mutex_);
    if (models_.size() >= max_models) name = "(other)";
    if (const auto found = by_name_.find(name); found != by_name_.end()) return *found->second;
    models_.push_back(std::make_unique<ModelFigures>(std::string(name)));
    by_name_.emplace(name, models_.back().get());
    return *models_.back();
}

void ClientMetrics::started(ModelFigures& model) noexcept {
    requests_.fetch_add(1, relaxed);
    in_flight_.fetch_add(1, relaxed);
    model.requests.fetch_add(1, relaxed);
}

void ClientMetrics::ended(ModelFigures& model, std::optional<ErrorKind> failure,
                          std::chrono::nanoseconds latency) noexcept {
    if (in_flight_.fetch_sub(1) == 1 && waiting_for_idle_.load() > 0) {
        const std::lock_guard lock(idle_mutex_);
        idle_.notify_all();
    }
    if (!failure) {
        successes_.fetch_add(1, relaxed);
        model.successes.fetch_add(1, relaxed);
        latency_.record(latency);
        model.latency.record(latency);
        return;
    }
    errors_[static_cast<std::size_t>(*failure)].fetch_add(1, relaxed);
    auto& counter = *failure == ErrorKind::cancelled ? model.cancelled : model.failures;
    counter.fetch_add(1, relaxed);
}

bool ClientMetrics::wait_idle(std::chrono::milliseconds limit) {
    std::unique_lock lock(idle_mutex_);
    waiting_for_idle_.fetch_add(1);
    const bool idle = idle_.wait_for(lock, limit, [this] { return in_flight_.load() == 0; });
    waiting_for_idle_.fetch_sub(1);
    return idle;
}

void ClientMetrics::first_token(ModelFigures& model, std::chrono::nanoseconds after) noexcept {
    first_token_.record(after);
    model.first_token.record(after);
}

void ClientMetrics::tokens(ModelFigures& model, std::int64_t prompt,
                           std::int64_t completion) noexcept {
    const auto add = [](std::atomic<std::uint64_t>& counter, std::int64_t amount) {
        if (amount > 0) counter.fetch_add(static_cast<std::uint64_t>(amount), relaxed);
    };
    add(prompt_tokens_, prompt);
    add(completion_tokens_, completion);
    add(model.prompt_tokens, prompt);
    add(model.completion_tokens, completion);
}

MetricsSnapshot ClientMetrics::snapshot() const {
    MetricsSnapshot snapshot;
    snapshot.uptime = clock_->now() - since_.load(relaxed);
    snapshot.requests = requests_.load(relaxed);
    snapshot.in_flight = in_flight_.load(relaxed);
    snapshot.successes = successes_.load(relaxed);
    for (std::size_t i = 0; i < kinds; ++i) {
        const std::uint64_t count = errors_[i].load(relaxed);
        if (count == 0) continue;
        const auto kind = static_cast<ErrorKind>(i);
        if (kind == ErrorKind::cancelled) {
            snapshot.cancelled = count;
        } else {
            snapshot.failures += count;
            snapshot.errors.emplace_back(kind, count);
        }
    }
    snapshot.latency = latency_.summary();
    snapshot.first_token = first_token_.summary();
    snapshot.prompt_tokens = prompt_tokens_.load(relaxed);
    snapshot.completion_tokens = completion_tokens_.load(relaxed);
    snapshot.requests_per_second = per_second(snapshot.successes, snapshot.uptime);
    snapshot.tokens_per_second = per_second(snapshot.completion_tokens, snapshot.uptime);
    const std::shared_lock lock(mutex_);
    for (const auto& figures : models_) {
        snapshot.models.push_back(ModelMetrics{
            .model = figures->model,
            .requests = figures->requests.load(relaxed),
            .successes = figures->successes.load(relaxed),
            .failures = figures->failures.load(relaxed),
            .cancelled = figures->cancelled.load(relaxed),
            .latency = figures->latency.summary(),
            .first_token = figures->first_token.summary(),
            .prompt_tokens = figures->prompt_tokens.load(relaxed),
            .completion_tokens = figures->completion_tokens.load(relaxed),
        });
    }
    return snapshot;
}

void ClientMetrics::reset() {
    since_.store(clock_->now(), relaxed);
    for (auto* counter : {&requests_, &successes_, &prompt_tokens_, &completion_tokens_}) {
        counter->store(0, relaxed);
    }
    for (auto& counter : errors_)
        counter.store(0, relaxed);
    latency_.reset();
    first_token_.reset();
    const std::shared_lock lock(mutex_);
    for (const auto& figures : models_) {
        for (auto* counter :
             {&figures->requests, &figures->successes, &figures->failures, &figures->cancelled,
              &figures->prompt_tokens, &figures->completion_tokens}) {
            counter->store(0, relaxed);
        }
        figures->latency.reset();
        figures->first_token.reset();
    }
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::metrics
