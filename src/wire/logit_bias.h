// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "wire/json_writer.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// Writes the member `logit_bias`, or nothing if it is empty.
void write_logit_bias(JsonWriter& writer,
                      const std::vector<std::pair<std::int64_t, double>>& logit_bias);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
