// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <vector>

#include "runtime/clock.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::runtime {

/// Something with a due time. Inherit from it; it must be out of the heap when it dies.
class Timer {
 public:
    virtual ~Timer() = default;
    /// Called when due, already out of the heap; may set itself again.
    virtual void on_due(TimePoint now) = 0;

 private:
    friend class TimerHeap;
    static constexpr std::size_t unset = std::numeric_limits<std::size_t>::max();

    TimePoint due_{};
    std::size_t place_{unset};
};

/// Timers by due time, each removable in O(log n). For one thread.
class TimerHeap {
 public:
    /// Sets, or moves, a timer.
    void set(Timer& timer, TimePoint due);
    void remove(Timer& timer) noexcept;
    /// When the next one is due, if any.
    [[nodiscard]] std::optional<TimePoint> next_due() const noexcept;
    /// Calls every timer due at `now`. Timers may set and remove others, and themselves, meanwhile.
    void run_due(TimePoint now);

 private:
    void place(std::size_t at, Timer* timer) noexcept;
    void sift_up(std::size_t at) noexcept;
    void sift_down(std::size_t at) noexcept;

    std::vector<Timer*> heap_;  // not owned: a timer leaves before it dies
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::runtime
