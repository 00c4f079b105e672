// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "api/endpoint_list.h"
#include "vllm_client/options.h"
#include "vllm_client/result.h"

// Every wrong option is a `config` error that names it as the user writes it, e.g.
// "pool.max_connections must be at least 1". No error holds a key or a URL's credentials.
namespace vllm_client::inline VLLM_CLIENT_ABI::api {

/// Checks all options, by themselves and together. Reads the files they name.
[[nodiscard]] Result<void> check_options(const ClientOptions& options);
/// Checks each option by itself: what a part of the final options must pass too.
[[nodiscard]] Result<void> check_values(const ClientOptions& options);
/// Checks limits; `field` is what they are a member of, e.g. "timeouts".
[[nodiscard]] Result<void> check_timeouts(const TimeoutOptions& timeouts, std::string_view field);
/// Success unless the time is negative or longer than ten years, near to what clocks overflow at.
[[nodiscard]] Result<void> check_duration(std::chrono::milliseconds time, std::string_view field);
/// Success if the file can be read and holds a certificate.
[[nodiscard]] Result<void> check_ca_bundle(const std::string& path, std::string_view field);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api
