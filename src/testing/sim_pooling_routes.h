// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "testing/sim_route.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// `/v1/embeddings`
[[nodiscard]] std::unique_ptr<Call> answer_embeddings(const Exchange& exchange);
/// `/pooling`
[[nodiscard]] std::unique_ptr<Call> answer_pooling(const Exchange& exchange);
/// `/classify`
[[nodiscard]] std::unique_ptr<Call> answer_classify(const Exchange& exchange);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
