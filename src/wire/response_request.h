// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "vllm_client/response.h"
#include "vllm_client/result.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// The body of `POST /v1/responses`, canonical, or a `config` error naming the bad field.
[[nodiscard]] Result<std::string> write_response_request(const ResponseRequest& request,
                                                         bool stream);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
