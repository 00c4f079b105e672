// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "testing/sim_route.h"
#include "vllm_client/version.h"

/// The routes of disaggregated serving; all answer 403 unless SimOptions::scale_out is set.
namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// `/inference/v1/generate`
[[nodiscard]] std::unique_ptr<Call> answer_generate(const Exchange& exchange);
/// `/v1/chat/completions/render` and `/v1/completions/render`
[[nodiscard]] std::unique_ptr<Call> answer_render(const Exchange& exchange);
/// Those that are refused or not served.
[[nodiscard]] std::unique_ptr<Call> answer_unserved(const Exchange& exchange);
/// `/inference/v1/abort_requests`
[[nodiscard]] std::unique_ptr<Call> answer_inference_abort(const Exchange& exchange);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
