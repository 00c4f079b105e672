// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "testing/sim_route.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// `/v1/messages`
[[nodiscard]] std::unique_ptr<Call> answer_messages(const Exchange& exchange);
/// `/v1/messages/count_tokens`
[[nodiscard]] std::unique_ptr<Call> answer_count_tokens(const Exchange& exchange);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
