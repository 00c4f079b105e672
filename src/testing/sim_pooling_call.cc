// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_pooling_call.h"

#include <algorithm>
#include <utility>

#include "testing/sim_clock.h"
#include "testing/sim_error.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

PoolingCall::PoolingCall(Workplace& place, ResponseSink& sink, PoolingWork work)
    : place_(place), sink_(sink), work_(std::move(work)) {
    place_.metrics.calls_in_flight.add();
}

PoolingCall::~PoolingCall() {
    place_.metrics.calls_in_flight.subtract();
    place_.metrics.finished[static_cast<std::size_t>(FinishReason::abort)].add(unfinished_);
    tasks_.clear();
    place_.publish_queue();
}

void PoolingCall::start() {
    place_.check_admission(work_.prompts.size());
    const Monotonic::time_point now = monotonic_now();
    for (const std::size_t tokens : work_.prompts) {
        tasks_.push_back(std::make_unique<Task>(*this));
        tasks_.back()->prompt_tokens =
            std::max<std::uint32_t>(static_cast<std::uint32_t>(tokens), 1);
        place_.engine.add(*tasks_.back(), now);
    }
    unfinished_ = tasks_.size();
    place_.publish_queue();
    place_.wake_engine();
}

bool PoolingCall::Task::on_step(Monotonic::time_point now) {
    call_.finish_task(*this, now);
    return false;
}

void PoolingCall::finish_task(const Task& task, Monotonic::time_point now) {
    ShardMetrics& metrics = place_.metrics;
    const auto strikes = [](int count) { return count >= 0; };
    const SimFault& fault = work_.fault;
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
    if (unfinished_ == 0) work_.answer(sink_);
}

std::unique_ptr<Call> start_pooling(Workplace& place, ResponseSink& sink, PoolingWork work) {
    auto call = std::make_unique<PoolingCall>(place, sink, std::move(work));
    call->start();
    return call;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
