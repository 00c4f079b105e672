// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

using Monotonic = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

/// The simulator's only view of time; its library cannot reach the core's clock.
[[nodiscard]] Monotonic::time_point monotonic_now() noexcept;

/// Seconds since 1970, with fractions.
[[nodiscard]] double unix_now() noexcept;

/// Such as "Mon, 23 Nov 2026 20:53:00 GMT".
[[nodiscard]] std::string http_date(std::int64_t unix_seconds);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
