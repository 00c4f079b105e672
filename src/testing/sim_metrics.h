// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "testing/sim_tally.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

enum class FinishReason : std::uint8_t { stop, length, abort, error };
inline constexpr std::size_t finish_reason_count = 4;

/// What one front end has counted. Written by its thread, read by any.
struct ShardMetrics {
    /// The buckets of 1, 2, 5, 10, … tokens end at `max_model_len`. Requests are counted for each
    /// of `routes` kinds.
    ShardMetrics(int max_model_len, std::size_t routes);

    Tally connections_accepted, connections_open, connections_closed_idle,
        connections_closed_by_peer;
    std::vector<Tally> requests, requests_failed;
    Tally calls_in_flight;  ///< For /load.

    Tally running, waiting, steps;
    Tally queued_tokens;  ///< Prompt tokens not yet prefilled; for the queue limit.
    Tally prompt_tokens, generation_tokens;
    std::array<Tally, finish_reason_count> finished;
    Tally rejected_requests, rejected_tokens;

    TallyHistogram time_to_first_token, inter_token_latency, time_per_output_token;
    TallyHistogram e2e_latency, queue_time, inference_time, prefill_time, decode_time;
    TallyHistogram request_prompt_tokens, request_generation_tokens, request_max_tokens;
    TallyHistogram request_n, iteration_tokens;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
