// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "vllm_client/error.h"

namespace vllm_client::cli {

/// What the program ends with.
inline constexpr int exit_success = 0;
inline constexpr int exit_failure = 1;
inline constexpr int exit_usage = 2;
inline constexpr int exit_unreachable = 3;  ///< Server not reachable or not ready.
inline constexpr int exit_refused = 4;      ///< 401 or 403.
inline constexpr int exit_interrupted = 130;

/// The exit code that tells of this failure.
[[nodiscard]] int exit_code(const Error& error);
/// The same for the status of a raw answer.
[[nodiscard]] int exit_code(int http_status);

/// What to try, for the likely cause; empty if there is nothing useful to say.
[[nodiscard]] std::string hint(const Error& error);

/// A mistake in what the user gave us, as an error.
[[nodiscard]] Error usage_error(std::string message);

}  // namespace vllm_client::cli
