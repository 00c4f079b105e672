// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stop_token>
#include <string>

#include "vllm_client/dialect.h"
#include "vllm_client/result.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::api {

class ClientCore;

/// See VllmClient::identify().
[[nodiscard]] Result<ServerIdentity> identify(ClientCore& core, const std::string& endpoint,
                                              const std::stop_token& stop);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api
