// SPDX-License-Identifier: Apache-2.0
#include "support/fake_clock.h"

#include <utility>

namespace vllm_client::support {

runtime::TimePoint FakeClock::now() const noexcept {
    const std::lock_guard lock(now_mutex_);
    return now_;
}

std::shared_ptr<void> FakeClock::on_jump(std::function<void()> jumped) {
    const std::lock_guard lock(listeners_mutex_);
    const std::uint64_t id = next_id_++;
    listeners_.emplace(id, std::move(jumped));
    return {nullptr, [clock = shared_from_this(), id](void*) {
                const std::lock_guard removing(clock->listeners_mutex_);
                clock->listeners_.erase(id);
            }};
}

void FakeClock::advance(runtime::Duration by) {
    {
        const std::lock_guard lock(now_mutex_);
        now_ += by;
    }
    const std::lock_guard lock(listeners_mutex_);
    for (const auto& [id, jumped] : listeners_)
        jumped();
}

}  // namespace vllm_client::support
