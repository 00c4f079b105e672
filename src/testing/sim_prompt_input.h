// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "testing/sim_fields.h"
#include "testing/sim_vocabulary.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// The member `name`, a text, a list of texts, a list of ids, or a list of lists of ids, as one
/// list of ids for each prompt. Mixtures and other types are noted as problems.
[[nodiscard]] std::vector<std::vector<TokenId>> read_prompt_input(FieldReader& fields,
                                                                  std::string_view name);

/// Refuses no prompts at all, ids outside the vocabulary, and prompts without a token unless they
/// `may_be_empty`. Throws ApiFailure.
void check_prompt_input(const std::vector<std::vector<TokenId>>& prompts, bool may_be_empty);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
