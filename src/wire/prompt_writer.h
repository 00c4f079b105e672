// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

#include "vllm_client/completion.h"
#include "wire/json_writer.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// True if there is no text and no token in it.
[[nodiscard]] bool is_empty(const Prompt& prompt);
/// Texts, tokenised or not, that it holds; 0 if it is empty.
[[nodiscard]] std::size_t count_prompts(const Prompt& prompt);
/// Writes `name: prompt`.
void write_prompt(JsonWriter& writer, std::string_view name, const Prompt& prompt);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
