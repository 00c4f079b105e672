// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "vllm_client/completion.h"
#include "wire/json_writer.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// True if there is no text and no token in it.
[[nodiscard]] bool is_empty(const Prompt& prompt);
/// Writes `name: prompt`.
void write_prompt(JsonWriter& writer, std::string_view name, const Prompt& prompt);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
