// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "testing/sim_vocabulary.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// Appends the ids of `text`, the longest piece first. Any bytes can be tokenized; markers in the
/// text are read as plain characters.
void tokenize(std::string_view text, std::vector<TokenId>& ids);

/// The text of `ids`, the exact inverse of tokenize. Unknown ids give nothing, as in vLLM; bytes
/// that do not make up UTF-8 become U+FFFD.
[[nodiscard]] std::string detokenize(std::span<const TokenId> ids);

/// How a byte-level tokenizer names the token: printable stand-ins for blanks and single bytes,
/// such as "Ġmain" for " main".
[[nodiscard]] std::string token_name(TokenId id);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
