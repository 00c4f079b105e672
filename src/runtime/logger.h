// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>
#include <utility>

#include "vllm_client/log.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::runtime {

/// The client's way to the user's log sink. Lines below the level cost one comparison; a sink that
/// throws is survived and counted. Thread-safe.
class Logger {
 public:
    Logger(LogSink sink, LogLevel level) : sink_(std::move(sink)), level_(level) {}

    [[nodiscard]] bool enabled(LogLevel level) const noexcept {
        return sink_ && level >= level_ && level != LogLevel::off;
    }
    void log(LogLevel level, std::string_view line) const noexcept {
        if (!enabled(level)) return;
        try {
            sink_(level, line);
        } catch (...) {
            failures_.fetch_add(1, std::memory_order_relaxed);
        }
    }
    /// Lines lost because the sink threw.
    [[nodiscard]] std::uint64_t failures() const noexcept { return failures_.load(); }

 private:
    const LogSink sink_;
    const LogLevel level_;
    mutable std::atomic<std::uint64_t> failures_{0};  // any thread
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::runtime
