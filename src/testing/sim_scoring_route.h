// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "testing/sim_route.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// `/generative_scoring`: how likely the next token is the first of some labels.
[[nodiscard]] std::unique_ptr<Call> answer_generative_scoring(const Exchange& exchange);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
