// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "testing/sim_route.h"
#include "vllm_client/version.h"

/// The routes by which a trainer replaces the weights of a running server.
namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// `/init_weight_transfer_engine`
[[nodiscard]] std::unique_ptr<Call> answer_init_transfer(const Exchange& exchange);
/// `/update_weights`
[[nodiscard]] std::unique_ptr<Call> answer_update_weights(const Exchange& exchange);
/// The steps that need no body: shut down, start, start the draft, finish.
[[nodiscard]] std::unique_ptr<Call> answer_weight_step(const Exchange& exchange);
/// `/update_weight_version`
[[nodiscard]] std::unique_ptr<Call> answer_update_version(const Exchange& exchange);
/// `/weight_info`
[[nodiscard]] std::unique_ptr<Call> answer_weight_info(const Exchange& exchange);
/// `/weight_checker`
[[nodiscard]] std::unique_ptr<Call> answer_weight_checker(const Exchange& exchange);
/// `/get_world_size`
[[nodiscard]] std::unique_ptr<Call> answer_world_size(const Exchange& exchange);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
