// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>

#include "vllm_client/executor.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::runtime {

/// Runs users' callbacks and survives what they throw: counted, and reported once each.
/// Thread-safe.
class CallbackFailures {
 public:
    /// `report` receives what() of each exception.
    explicit CallbackFailures(std::function<void(std::string_view)> report)
        : report_(std::move(report)) {}

    void run(Executor::Task& task) noexcept;
    [[nodiscard]] std::uint64_t count() const noexcept {
        return count_.load(std::memory_order_relaxed);
    }

 private:
    void failed(std::string_view what) noexcept;

    const std::function<void(std::string_view)> report_;
    std::atomic<std::uint64_t> count_{0};  // any thread
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::runtime
