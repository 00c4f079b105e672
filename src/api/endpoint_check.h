// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <stop_token>
#include <string>

#include "vllm_client/result.h"
#include "vllm_client/server.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::api {

class ClientCore;

/// See VllmClient::wait_ready().
[[nodiscard]] Result<void> wait_ready(ClientCore& core, std::chrono::milliseconds timeout,
                                      const std::stop_token& stop);
/// See VllmClient::check().
[[nodiscard]] Result<CheckReport> check(ClientCore& core, const std::string& endpoint,
                                        const std::stop_token& stop);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api
