// SPDX-License-Identifier: Apache-2.0
#include "runtime/callback_failures.h"

#include <exception>

namespace vllm_client::inline VLLM_CLIENT_ABI::runtime {

void CallbackFailures::run(Executor::Task& task) noexcept {
    try {
        // Out of the caller's hands: whatever happens, it does not run again, and what it owns ends
        // here, where an exception is survived.
        Executor::Task running = std::move(task);
        running();
    } catch (const std::exception& exception) {
        failed(exception.what());
    } catch (...) {
        failed("not a std::exception");
    }
}

void CallbackFailures::failed(std::string_view what) noexcept {
    count_.fetch_add(1, std::memory_order_relaxed);
    try {
        if (report_) report_(what);
    } catch (...) {
        // The reporter is user code too; the count has already recorded the failure.
        return;
    }
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::runtime
