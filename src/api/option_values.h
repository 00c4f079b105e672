// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "vllm_client/log.h"
#include "vllm_client/options.h"

// How option values are written in variables and config files.
namespace vllm_client::inline VLLM_CLIENT_ABI::api {

/// "debug", "info", "warning", "error" or "off".
[[nodiscard]] std::optional<LogLevel> log_level_named(std::string_view name) noexcept;
/// "automatic", "http1" or "http2_prior_knowledge".
[[nodiscard]] std::optional<HttpVersion> http_version_named(std::string_view name) noexcept;
/// "automatic", "epoll" or "curl_poll".
[[nodiscard]] std::optional<PollerKind> poller_named(std::string_view name) noexcept;

/// A number of seconds. What is more than 0 never becomes 0, which would mean no limit; what no
/// clock can hold becomes 30,000 years, either way.
[[nodiscard]] std::chrono::milliseconds from_seconds(double seconds) noexcept;
/// The same from text such as "30" or "0.5"; nothing if it is not a finite decimal number.
[[nodiscard]] std::optional<std::chrono::milliseconds> read_seconds(std::string_view text) noexcept;

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api
