// SPDX-License-Identifier: Apache-2.0
#include "runtime/timer_heap.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::runtime {

void TimerHeap::place(std::size_t at, Timer* timer) noexcept {
    heap_[at] = timer;
    timer->place_ = at;
}

void TimerHeap::sift_up(std::size_t at) noexcept {
    Timer* timer = heap_[at];
    while (at > 0) {
        const std::size_t parent = (at - 1) / 2;
        if (heap_[parent]->due_ <= timer->due_) break;
        place(at, heap_[parent]);
        at = parent;
    }
    place(at, timer);
}

void TimerHeap::sift_down(std::size_t at) noexcept {
    Timer* timer = heap_[at];
    for (;;) {
        std::size_t child = 2 * at + 1;
        if (child >= heap_.size()) break;
        if (child + 1 < heap_.size() && heap_[child + 1]->due_ < heap_[child]->due_) ++child;
        if (timer->due_ <= heap_[child]->due_) break;
        place(at, heap_[child]);
        at = child;
    }
    place(at, timer);
}

void TimerHeap::set(Timer& timer, TimePoint due) {
    if (timer.place_ == Timer::unset) {
        timer.due_ = due;
        heap_.push_back(&timer);
        timer.place_ = heap_.size() - 1;
        sift_up(timer.place_);
        return;
    }
    const bool earlier = due < timer.due_;
    timer.due_ = due;
    if (earlier) {
        sift_up(timer.place_);
    } else {
        sift_down(timer.place_);
    }
}

void TimerHeap::remove(Timer& timer) noexcept {
    const std::size_t at = timer.place_;
    if (at == Timer::unset) return;
    timer.place_ = Timer::unset;
    Timer* last = heap_.back();
    heap_.pop_back();
    if (last == &timer) return;
    place(at, last);
    sift_up(at);
    sift_down(last->place_);
}

std::optional<TimePoint> TimerHeap::next_due() const noexcept {
    if (heap_.empty()) return std::nullopt;
    return heap_.front()->due_;
}

void TimerHeap::run_due(TimePoint now) {
    while (!heap_.empty() && heap_.front()->due_ <= now) {
        Timer* timer = heap_.front();
        remove(*timer);
        timer->on_due(now);
    }
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::runtime
