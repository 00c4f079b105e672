// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "testing/sim_route.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// `/v1/load_lora_adapter`
[[nodiscard]] std::unique_ptr<Call> answer_load_lora(const Exchange& exchange);
/// `/v1/unload_lora_adapter`
[[nodiscard]] std::unique_ptr<Call> answer_unload_lora(const Exchange& exchange);
/// `POST /adapters`
[[nodiscard]] std::unique_ptr<Call> answer_add_adapter(const Exchange& exchange);
/// `DELETE /adapters/{name}`
[[nodiscard]] std::unique_ptr<Call> answer_remove_adapter(const Exchange& exchange);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
