// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "vllm_client/result.h"
#include "vllm_client/server.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// Reads a page in the Prometheus text format, versions 0.0.4 and 1.0.0 (names in quotes); time
/// stamps and exemplars are read over. A line that does not follow it is a `decode` error with its
/// number.
[[nodiscard]] Result<ServerMetrics> read_metrics_text(std::string_view page);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
