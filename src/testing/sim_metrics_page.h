// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "testing/sim_metrics.h"
#include "vllm_client/testing/sim_options.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// The text of /metrics with vLLM's names: one `engine` for each element of `shards`.
/// `started` is the start of the server in seconds since 1970.
[[nodiscard]] std::string metrics_page(const SimOptions& options,
                                       std::span<const ShardMetrics* const> shards, double started);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
