// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "testing/sim_route.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// `/score` and `/v1/score`
[[nodiscard]] std::unique_ptr<Call> answer_score(const Exchange& exchange);
/// `/rerank`, `/v1/rerank` and `/v2/rerank`
[[nodiscard]] std::unique_ptr<Call> answer_rerank(const Exchange& exchange);

/// The names of the two members that a score request may give its texts in.
struct ScorePair {
    std::string_view left{};
    std::string_view right{};
};
/// Those of `body`; the names are empty if it has no complete pair.
[[nodiscard]] ScorePair score_pair_of(const nlohmann::json& body);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
