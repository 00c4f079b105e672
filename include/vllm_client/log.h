// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "vllm_client/export.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

/// How much a log line matters.
enum class LogLevel : std::uint8_t { debug, info, warning, error, off };

/// Receives the library's log lines. Silent by default: the library itself never prints. Must be
/// thread-safe; an exception from it is swallowed and counted. Lines never hold keys, prompts or
/// answers, and end without a line break.
using LogSink = std::function<void(LogLevel level, std::string_view line)>;

/// A sink that writes to standard error, one line each, with time and level.
/// Thread-safe. Goes through spdlog where the library was built with it.
[[nodiscard]] VLLM_CLIENT_EXPORT LogSink stderr_log_sink();

/// Name of a level, e.g. "warning".
[[nodiscard]] VLLM_CLIENT_EXPORT std::string_view to_string(LogLevel level) noexcept;

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
