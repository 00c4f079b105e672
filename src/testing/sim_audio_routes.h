// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "testing/sim_route.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// `/v1/audio/transcriptions`
[[nodiscard]] std::unique_ptr<Call> answer_transcription(const Exchange& exchange);
/// `/v1/audio/translations`
[[nodiscard]] std::unique_ptr<Call> answer_translation(const Exchange& exchange);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
