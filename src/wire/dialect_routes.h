// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "vllm_client/dialect.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// Where this server offers what vLLM offers under `path` for `operation` (e.g. "health");
/// `path` itself where it is the same or nothing is known. Literals, or `path`.
[[nodiscard]] std::string_view dialect_path(Dialect dialect, std::string_view operation,
                                            std::string_view path) noexcept;

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
