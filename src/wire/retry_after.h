// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// How long a server asks to wait, from a block of header lines: `retry-after-ms` if usable, else
/// `retry-after` in seconds (fractions allowed) or as a date, which counts from the `date` header
/// because the server's clock need not agree with ours. Nothing if there is no hint, or one that
/// cannot be meant: negative, past, unreadable, or more than a day.
[[nodiscard]] std::optional<std::chrono::milliseconds> read_retry_after(std::string_view headers);

/// Seconds since 1970 of an HTTP date in any of its three forms, or nothing.
[[nodiscard]] std::optional<std::chrono::sys_seconds> read_http_date(std::string_view text);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
