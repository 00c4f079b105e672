// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vllm_client/c_api.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::c_api {

/// The error told when there is no memory for one. Lives for ever; freeing it does nothing.
[[nodiscard]] vllm_client_error* out_of_memory() noexcept;

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::c_api
