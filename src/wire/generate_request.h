// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "vllm_client/generate.h"
#include "vllm_client/result.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// The canonical body of `POST /inference/v1/generate`, or a `config` error naming the bad field.
[[nodiscard]] Result<std::string> write_generate_request(const GenerateRequest& request,
                                                         bool stream);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
