// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "vllm_client/result.h"
#include "vllm_client/server.h"

// Readers of what a server says about itself; all take padded bodies.
namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// The body of `GET /v1/models`.
[[nodiscard]] Result<ModelList> read_model_list(std::string_view padded_body);
/// The body of `GET /version`.
[[nodiscard]] Result<ServerVersion> read_server_version(std::string_view padded_body);
/// The body of `GET /load`.
[[nodiscard]] Result<LoadReply> read_load_reply(std::string_view padded_body);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
