// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "vllm_client/response.h"
#include "wire/json_writer.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// Writes the member `input` of a request: a text, or the array of items.
void write_response_input(JsonWriter& writer, const ResponseInput& input);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
