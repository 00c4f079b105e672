// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/detail/call_state.h"

#include "runtime/reactor_thread.h"
#include "runtime/task_runner.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::detail {

bool may_block_here() noexcept {
    return !runtime::on_reactor_thread();
}

Error would_deadlock() {
    return Error{
        .kind = ErrorKind::config,
        .message = "a blocking call on a reactor thread would deadlock; use the async form",
        .phase = Phase::validate};
}

Error abandoned_call() {
    return Error{.kind = ErrorKind::cancelled,
                 .message =
                     "the function that should have completed this call ended without a "
                     "result (it threw, or its executor dropped it)"};
}

CallStateBase::CallStateBase(std::shared_ptr<runtime::TaskRunner> runner)
    : runner_(std::move(runner)) {}

CallStateBase::~CallStateBase() = default;

void CallStateBase::wait() {
    std::unique_lock lock(mutex_);
    done_changed_.wait(lock, [this] { return is_done(); });
}

bool CallStateBase::wait_for(std::chrono::nanoseconds limit) {
    if (is_done()) return true;
    if (!may_block_here()) return false;
    std::unique_lock lock(mutex_);
    return done_changed_.wait_for(lock, limit, [this] { return is_done(); });
}

void CallStateBase::set_canceller(UniqueFunction<void()> canceller) {
    {
        const std::lock_guard lock(mutex_);
        if (is_done()) return;
        if (!cancel_requested_) {
            canceller_ = std::move(canceller);
            return;
        }
    }
    canceller();
}

void CallStateBase::cancel() {
    if (is_done()) return;
    UniqueFunction<void()> canceller;
    {
        const std::lock_guard lock(mutex_);
        if (is_done() || cancel_requested_) return;
        cancel_requested_ = true;
        canceller = std::move(canceller_);
    }
    if (canceller) canceller();
}

void CallStateBase::set_continuation(UniqueFunction<void()> continuation) {
    {
        const std::lock_guard lock(mutex_);
        if (!is_done()) {
            continuation_ = std::move(continuation);
            return;
        }
    }
    runner_->post(std::move(continuation));
}

void CallStateBase::publish() {
    UniqueFunction<void()> continuation;
    UniqueFunction<void()> canceller;
    {
        const std::lock_guard lock(mutex_);
        done_.store(true, std::memory_order_release);
        continuation = std::move(continuation_);
        canceller = std::move(canceller_);
    }
    done_changed_.notify_all();
    if (continuation) runner_->post(std::move(continuation));
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::detail
