// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "testing/sim_route.h"
#include "vllm_client/version.h"

/// The routes of operators, most of them behind SimOptions::dev_mode.
namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// `/sleep`
[[nodiscard]] std::unique_ptr<Call> answer_sleep(const Exchange& exchange);
/// `/wake_up`
[[nodiscard]] std::unique_ptr<Call> answer_wake_up(const Exchange& exchange);
/// `/is_sleeping`
[[nodiscard]] std::unique_ptr<Call> answer_is_sleeping(const Exchange& exchange);
/// `/release_kv_cache_memory`
[[nodiscard]] std::unique_ptr<Call> answer_release_kv_cache(const Exchange& exchange);
/// `/pause`
[[nodiscard]] std::unique_ptr<Call> answer_pause(const Exchange& exchange);
/// `/resume`
[[nodiscard]] std::unique_ptr<Call> answer_resume(const Exchange& exchange);
/// `/is_paused`
[[nodiscard]] std::unique_ptr<Call> answer_is_paused(const Exchange& exchange);
/// `/abort_requests`
[[nodiscard]] std::unique_ptr<Call> answer_abort_requests(const Exchange& exchange);
/// `/reset_prefix_cache`
[[nodiscard]] std::unique_ptr<Call> answer_reset_prefix_cache(const Exchange& exchange);
/// `/reset_mm_cache` and `/reset_encoder_cache`
[[nodiscard]] std::unique_ptr<Call> answer_nothing(const Exchange& exchange);
/// `/server_info`
[[nodiscard]] std::unique_ptr<Call> answer_server_info(const Exchange& exchange);
/// `/collective_rpc`
[[nodiscard]] std::unique_ptr<Call> answer_collective_rpc(const Exchange& exchange);
/// `/start_profile`
[[nodiscard]] std::unique_ptr<Call> answer_start_profile(const Exchange& exchange);
/// `/stop_profile`
[[nodiscard]] std::unique_ptr<Call> answer_stop_profile(const Exchange& exchange);
/// `/kv_event_sources`
[[nodiscard]] std::unique_ptr<Call> answer_kv_event_sources(const Exchange& exchange);
/// `/is_scaling_elastic_ep`
[[nodiscard]] std::unique_ptr<Call> answer_is_scaling(const Exchange& exchange);
/// `/scale_elastic_ep`
[[nodiscard]] std::unique_ptr<Call> answer_scale(const Exchange& exchange);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
