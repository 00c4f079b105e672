// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "testing/sim_generation_request.h"
#include "testing/sim_state.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// A body of `/v1/messages`, checked and put into the form of chat. `counted`: it is for
/// count_tokens, which needs no length. Throws ApiFailure.
[[nodiscard]] nlohmann::json chat_of_messages(const nlohmann::json& body, bool counted);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
