// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "vllm_client/testing/sim_options.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// The bodies of /tokenize (text or conversation) and /detokenize. Throw ApiFailure.
[[nodiscard]] std::string tokenize_reply(const nlohmann::json& body, const SimOptions& options);
[[nodiscard]] std::string detokenize_reply(const nlohmann::json& body, const SimOptions& options);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
