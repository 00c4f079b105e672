// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "testing/sim_choice.h"
#include "testing/sim_dialect.h"
#include "testing/sim_generation_request.h"
#include "testing/sim_state.h"
#include "testing/sim_usage.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// Tokens of all prompts and of all answers so far.
[[nodiscard]] Usage total_usage(const GenerationRequest& request, const Choices& choices);

/// The body of a reply that is not streamed, all choices being finished. Takes their text.
[[nodiscard]] std::string chat_reply(const GenerationRequest& request, const ServerState& server,
                                     std::int64_t created, Choices& choices);
[[nodiscard]] std::string completion_reply(const GenerationRequest& request,
                                           const ServerState& server, std::int64_t created,
                                           Choices& choices);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
