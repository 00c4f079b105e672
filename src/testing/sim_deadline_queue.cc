// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_deadline_queue.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

DeadlineEntry::~DeadlineEntry() {
    leave();
}

void DeadlineEntry::leave() noexcept {
    if (queue_ == nullptr) return;
    (previous_ != nullptr ? previous_->next_ : queue_->first_) = next_;
    (next_ != nullptr ? next_->previous_ : queue_->last_) = previous_;
    queue_ = nullptr;
    previous_ = next_ = nullptr;
}

DeadlineQueue::~DeadlineQueue() {
    while (first_ != nullptr)
        first_->leave();
}

void DeadlineQueue::join(DeadlineEntry& entry) {
    entry.leave();
    entry.queue_ = this;
    entry.due_ = monotonic_now() + time_;
    entry.previous_ = last_;
    (last_ != nullptr ? last_->next_ : first_) = &entry;
    last_ = &entry;
    if (!armed_) arm();
}

void DeadlineQueue::arm() {
    armed_ = true;
    timer_.expires_at(first_->due_);
    timer_.async_wait([this](boost::system::error_code error) {
        if (!error) expire();
    });
}

void DeadlineQueue::expire() {
    armed_ = false;
    const Monotonic::time_point now = monotonic_now();
    while (first_ != nullptr && first_->due_ <= now) {
        DeadlineEntry& entry = *first_;
        entry.leave();
        entry.expired_();
    }
    if (first_ != nullptr && !armed_) arm();
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
