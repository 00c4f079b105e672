// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "testing/sim_route.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// `/invocations`: one path for all kinds of requests, told apart by their members.
[[nodiscard]] std::unique_ptr<Call> answer_invocations(const Exchange& exchange);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
