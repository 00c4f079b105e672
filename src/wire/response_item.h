// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vllm_client/response_item.h"
#include "wire/json_reader.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// One item of an answer; for use inside read_json().
[[nodiscard]] ResponseItem read_response_item(ondemand::value value);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
