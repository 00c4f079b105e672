// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// The cosine between two vectors of the same length, from -1 to 1.
[[nodiscard]] double cosine(std::span<const float> left, std::span<const float> right);

/// How well `text` fits each of `labels`: the more words they share, the better. With `activated`,
/// probabilities (of each label by itself if there is only one); else what they are made of.
[[nodiscard]] std::vector<float> class_scores(std::string_view text,
                                              const std::vector<std::string>& labels,
                                              bool activated);

/// How well two texts fit each other, as an embedding model says it (their cosine) or as a
/// classifier of pairs does (a probability).
[[nodiscard]] double pair_score(std::string_view left, std::string_view right, bool as_probability);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
