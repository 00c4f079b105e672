// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

#include "testing/sim_dialect.h"
#include "testing/sim_generation_request.h"
#include "testing/sim_route.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// Starts a request that has been read and has its id; `id` is that without prefix. Throws
/// ApiFailure.
[[nodiscard]] std::unique_ptr<Call> start_generation(const Exchange& exchange,
                                                     GenerationRequest request, std::string_view id,
                                                     const DialectMaker& maker = {});

/// `/v1/chat/completions`
[[nodiscard]] std::unique_ptr<Call> answer_chat(const Exchange& exchange);
/// `/v1/completions`
[[nodiscard]] std::unique_ptr<Call> answer_completion(const Exchange& exchange);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
