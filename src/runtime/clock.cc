// SPDX-License-Identifier: Apache-2.0
#include "runtime/clock.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::runtime {
namespace {

class SystemClock final : public Clock {
 public:
    [[nodiscard]] TimePoint now() const noexcept override {
        return std::chrono::steady_clock::now();
    }
    [[nodiscard]] std::shared_ptr<void> on_jump(std::function<void()>) override { return nullptr; }
};

}  // namespace

std::shared_ptr<Clock> system_clock() {
    return std::make_shared<SystemClock>();
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::runtime
