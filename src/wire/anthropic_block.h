// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "vllm_client/anthropic_block.h"
#include "wire/json_reader.h"
#include "wire/json_writer.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// Writes the array of blocks as the value of the member just named, which has the name `field` in
/// problems.
void write_anthropic_blocks(JsonWriter& writer, const std::vector<AnthropicBlock>& blocks,
                            std::string_view field);

/// One block of an answer; for use inside read_json().
[[nodiscard]] AnthropicBlock read_anthropic_block(ondemand::value value);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
