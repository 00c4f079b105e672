// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "testing/sim_route.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// `/v1/responses`
[[nodiscard]] std::unique_ptr<Call> answer_responses(const Exchange& exchange);
/// `/v1/responses/{id}`
[[nodiscard]] std::unique_ptr<Call> answer_retrieve_response(const Exchange& exchange);
/// `/v1/responses/{id}/cancel`
[[nodiscard]] std::unique_ptr<Call> answer_cancel_response(const Exchange& exchange);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
