// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "testing/sim_choice.h"
#include "testing/sim_generation_request.h"
#include "vllm_client/version.h"

/// Log probabilities in vLLM's three forms. The numbers are functions of the answer's seed.
namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// `{"content":[…]}` for the choice's tokens [from, generated).
void append_chat_logprobs(std::string& out, const GenerationRequest& request, const Choice& choice,
                          std::uint32_t from);

/// `{"text_offset":…}` for the same tokens, after those of the prompt if `with_prompt`. Moves the
/// choice's text offset on.
void append_completion_logprobs(std::string& out, const GenerationRequest& request, Choice& choice,
                                std::uint32_t from, bool with_prompt);

/// `[null,{…},…]` for the tokens of the prompt.
void append_prompt_logprobs(std::string& out, const GenerationRequest& request,
                            const Choice& choice);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
