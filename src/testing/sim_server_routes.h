// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "testing/sim_route.h"
#include "vllm_client/version.h"

/// The routes about the server itself.
namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// `/health` and `/ping`
[[nodiscard]] std::unique_ptr<Call> answer_health(const Exchange& exchange);
/// `/version`
[[nodiscard]] std::unique_ptr<Call> answer_version(const Exchange& exchange);
/// `/v1/models`
[[nodiscard]] std::unique_ptr<Call> answer_models(const Exchange& exchange);
/// `/load`
[[nodiscard]] std::unique_ptr<Call> answer_load(const Exchange& exchange);
/// `/metrics`
[[nodiscard]] std::unique_ptr<Call> answer_metrics(const Exchange& exchange);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
