// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_engine.h"

#include <algorithm>

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

EngineTask::~EngineTask() {
    if (engine_ != nullptr) engine_->remove(*this);
}

Engine::Engine(const SimTimeModel& time) : time_(time) {
    time_.slots = std::max(time_.slots, 1);
    time_.step_tokens = std::max(time_.step_tokens, time_.slots);
}

Engine::~Engine() {
    for (EngineTask* const task : waiting_) {
        if (task != nullptr) task->engine_ = nullptr;
    }
    for (const Running& entry : running_) {
        if (entry.task != nullptr) entry.task->engine_ = nullptr;
    }
}

void Engine::add(EngineTask& task, Monotonic::time_point now) {
    task.engine_ = this;
    task.state_ = EngineTask::State::waiting;
    task.arrived = now;
    task.place_ = first_ticket_ + waiting_.size();
    waiting_.push_back(&task);
    ++waiting_count_;
    queued_tokens_ += task.prompt_tokens;
}

void Engine::remove(EngineTask& task) noexcept {
    if (task.state_ == EngineTask::State::outside) return;
    if (task.state_ == EngineTask::State::waiting) {
        waiting_[task.place_ - first_ticket_] = nullptr;
        --waiting_count_;
    } else {
        running_[task.place_].task = nullptr;
        --running_count_;
    }
    if (task.prefilled < task.prompt_tokens) queued_tokens_ -= task.prompt_tokens;
    task.state_ = EngineTask::State::outside;
    task.engine_ = nullptr;
}

Engine::Step Engine::begin_step(Monotonic::time_point now) {
    compact();
    Step step;
    auto budget = static_cast<std::uint32_t>(time_.step_tokens);
    for (Running& entry : running_) {
        entry.decodes = entry.task->prefilled == entry.task->prompt_tokens;
        entry.chunk = 0;
        if (entry.decodes) ++step.decoded;
    }
    budget -= std::min(budget, step.decoded);
    for (Running& entry : running_) {
        if (!entry.decodes) step.prefilled += plan_chunk(entry, budget - step.prefilled);
    }
    budget -= step.prefilled;
    if (admits_) admit(budget, step.prefilled, now);
    step.duration = time_.base + time_.per_sequence * static_cast<double>(step.decoded) +
                    time_.per_prompt_token * static_cast<double>(step.prefilled);
    return step;
}

void Engine::end_step(Monotonic::time_point now) {
    const std::size_t count = running_.size();
    for (std::size_t i = 0; i < count; ++i) {
        const Running entry = running_[i];
        if (entry.task == nullptr) continue;
        if (!entry.decodes) {
            if (entry.chunk == 0) continue;
            entry.task->prefilled += entry.chunk;
            if (entry.task->prefilled < entry.task->prompt_tokens) continue;
            queued_tokens_ -= entry.task->prompt_tokens;
        }
        if (!entry.task->on_step(now)) remove(*entry.task);
    }
}

void Engine::compact() {
    std::size_t kept = 0;
    for (const Running& entry : running_) {
        if (entry.task == nullptr) continue;
        running_[kept] = entry;
        entry.task->place_ = kept++;
    }
    running_.resize(kept);
}

std::uint32_t Engine::plan_chunk(Running& entry, std::uint32_t budget) {
    entry.chunk = std::min(entry.task->prompt_tokens - entry.task->prefilled, budget);
    return entry.chunk;
}

void Engine::admit(std::uint32_t& budget, std::uint32_t& prefilled, Monotonic::time_point now) {
    while (budget > 0 && running_.size() < static_cast<std::size_t>(time_.slots)) {
        EngineTask* const task = next_waiting();
        if (task == nullptr) return;
        task->state_ = EngineTask::State::running;
        task->scheduled = now;
        task->place_ = running_.size();
        running_.push_back({task, 0, false});
        ++running_count_;
        const std::uint32_t chunk = plan_chunk(running_.back(), budget);
        budget -= chunk;
        prefilled += chunk;
    }
}

EngineTask* Engine::next_waiting() noexcept {
    EngineTask* task = nullptr;
    while (task == nullptr && !waiting_.empty()) {
        task = waiting_.front();
        waiting_.pop_front();
        ++first_ticket_;
    }
    if (task != nullptr) --waiting_count_;
    return task;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
