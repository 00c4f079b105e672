// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "vllm_client/generate.h"
#include "vllm_client/result.h"
#include "wire/json_reader.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// Reads an answer or a chunk of one; for use inside read_json(). Unknown fields go to `extra`,
/// null and missing ones to their defaults.
[[nodiscard]] GenerateReply read_generate_object(ondemand::object object);

/// Reads the padded body of a plain answer.
[[nodiscard]] Result<GenerateReply> read_generate_reply(std::string_view padded_body);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
