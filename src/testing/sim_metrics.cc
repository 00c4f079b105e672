// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_metrics.h"

#include <span>

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

// The bounds of vLLM 0.32.
constexpr double first_token_bounds[] = {0.001, 0.005, 0.01, 0.02,  0.04,  0.06,  0.08, 0.1,
                                         0.25,  0.5,   0.75, 1.0,   2.5,   5.0,   7.5,  10.0,
                                         20.0,  40.0,  80.0, 160.0, 640.0, 2560.0};
constexpr double token_gap_bounds[] = {0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2,  0.3,  0.4, 0.5,
                                       0.75, 1.0,   2.5,  5.0,   7.5, 10.0, 20.0, 40.0, 80.0};
constexpr double request_bounds[] = {0.3,  0.5,   0.8,   1.0,   1.5,   2.0,    2.5,
                                     5.0,  10.0,  15.0,  20.0,  30.0,  40.0,   50.0,
                                     60.0, 120.0, 240.0, 480.0, 960.0, 1920.0, 7680.0};
constexpr double n_bounds[] = {1.0, 2.0, 5.0, 10.0, 20.0};
constexpr double iteration_bounds[] = {1,   8,    16,   32,   64,   128,  256,
                                       512, 1024, 2048, 4096, 8192, 16384};
constexpr double one_two_five[] = {
    1,    2,     5,     10,    20,     50,     100,    200,     500,     1000,    2000,
    5000, 10000, 20000, 50000, 100000, 200000, 500000, 1000000, 2000000, 5000000, 10000000};

std::span<const double> token_bounds(int max_model_len) {
    std::size_t count = 1;
    while (count < std::size(one_two_five) && one_two_five[count] <= max_model_len)
        ++count;
    return {one_two_five, count};
}

}  // namespace

ShardMetrics::ShardMetrics(int max_model_len, std::size_t routes)
    : requests(routes),
      requests_failed(routes),
      time_to_first_token(first_token_bounds),
      inter_token_latency(token_gap_bounds),
      time_per_output_token(token_gap_bounds),
      e2e_latency(request_bounds),
      queue_time(request_bounds),
      inference_time(request_bounds),
      prefill_time(request_bounds),
      decode_time(request_bounds),
      request_prompt_tokens(token_bounds(max_model_len)),
      request_generation_tokens(token_bounds(max_model_len)),
      request_max_tokens(token_bounds(max_model_len)),
      request_n(n_bounds),
      iteration_tokens(iteration_bounds) {}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
