// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "runtime/clock.h"

namespace vllm_client::support {

/// A clock that stands still until the test moves it. Safe from any thread.
class FakeClock final : public runtime::Clock, public std::enable_shared_from_this<FakeClock> {
 public:
    [[nodiscard]] runtime::TimePoint now() const noexcept override;
    /// Listeners run under a lock, so none runs once its handle is gone; they must not use the
    /// clock's on_jump() or advance().
    [[nodiscard]] std::shared_ptr<void> on_jump(std::function<void()> jumped) override;

    /// Moves time forward and tells the listeners.
    void advance(runtime::Duration by);

 private:
    mutable std::mutex now_mutex_;  // guards now_
    runtime::TimePoint now_{std::chrono::hours(1)};
    std::mutex listeners_mutex_;  // guards the members below, and is held while listeners run
    std::uint64_t next_id_ = 0;
    std::map<std::uint64_t, std::function<void()>> listeners_;
};

}  // namespace vllm_client::support
