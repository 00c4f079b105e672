// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "vllm_client/result.h"
#include "vllm_client/scoring.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// The canonical bodies of `POST /v1/score`, `/v1/rerank` and `/generative_scoring`, or a `config`
/// error naming the bad field.
[[nodiscard]] Result<std::string> write_score_request(const ScoreRequest& request);
[[nodiscard]] Result<std::string> write_rerank_request(const RerankRequest& request);
[[nodiscard]] Result<std::string> write_generative_scoring_request(
    const GenerativeScoringRequest& request);

/// Items to be scored.
[[nodiscard]] std::size_t count_items(const GenerativeScoringRequest& request);

/// Reads the padded body of a reply that must score `expected` pairs (0: any number). A missing or
/// repeated one is a `decode` error naming it.
[[nodiscard]] Result<ScoreReply> read_score_reply(std::string_view padded_body,
                                                  std::size_t expected);
/// Reads the padded body of a ranking of some of `documents` documents (0: any number). A repeated
/// one, or one that was not asked for, is a `decode` error naming it.
[[nodiscard]] Result<RerankReply> read_rerank_reply(std::string_view padded_body,
                                                    std::size_t documents);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
