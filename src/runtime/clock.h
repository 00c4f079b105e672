// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::runtime {

using TimePoint = std::chrono::steady_clock::time_point;
using Duration = std::chrono::nanoseconds;

/// Where time comes from. Thread-safe. Tests bring their own, which stands still until told.
class Clock {
 public:
    virtual ~Clock() = default;
    /// Monotonic time.
    [[nodiscard]] virtual TimePoint now() const noexcept = 0;
    /// Calls `jumped` whenever time moves other than by passing, so that sleepers look again. It is
    /// called until the returned handle is dropped.
    [[nodiscard]] virtual std::shared_ptr<void> on_jump(std::function<void()> jumped) = 0;
};

/// The machine's monotonic clock.
[[nodiscard]] std::shared_ptr<Clock> system_clock();

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::runtime
