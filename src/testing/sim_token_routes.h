// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "testing/sim_route.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// `/tokenize`
[[nodiscard]] std::unique_ptr<Call> answer_tokenize(const Exchange& exchange);
/// `/detokenize`
[[nodiscard]] std::unique_ptr<Call> answer_detokenize(const Exchange& exchange);
/// `/tokenizer_info`
[[nodiscard]] std::unique_ptr<Call> answer_tokenizer_info(const Exchange& exchange);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
