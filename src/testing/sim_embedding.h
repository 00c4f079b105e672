// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// A unit vector for `text`. Texts that share words point the same way; order and case of the words
/// do not matter, and short words matter less. Cut to `dimensions` after being made for `full`.
[[nodiscard]] std::vector<float> embedding_of(std::string_view text, int full, int dimensions);

/// `[0.1,…]`, each number as Python prints a float32.
void append_floats(std::string& out, std::span<const float> values);

/// `bytes` in base64, padded.
void append_base64(std::string& out, std::string_view bytes);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
