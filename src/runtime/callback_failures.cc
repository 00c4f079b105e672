// SPDX-License-Identifier: Apache-2.0
#include "runtime/callback_failures.h"

#include <exception>

namespace vllm_client::inline VLLM_CLIENT_ABI::runtime {

void CallbackFailures::run(Executor::Task& task) noexcept {
    try {
        task();
        // What the task owns may end a request, or throw, just as its call may.
        task = nullptr;
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
