// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "testing/sim_choice.h"
#include "testing/sim_generation_request.h"
#include "vllm_client/testing/sim_options.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// Token counts of a reply.
struct Usage {
    std::uint64_t prompt{0};
    std::uint64_t completion{0};
    std::uint64_t reasoning{0};

    void add_completion(const Choice& choice);
};

/// `"usage":{…}` of a plain reply, of an ordinary chunk with running totals, and of the last chunk.
void append_usage(std::string& out, const Usage& usage, const GenerationRequest& request,
                  const SimOptions& options);
void append_running_usage(std::string& out, const Usage& usage, const GenerationRequest& request);
void append_final_usage(std::string& out, const Usage& usage, const GenerationRequest& request,
                        const SimOptions& options);

/// `"finish_reason"` with its value, or null.
void append_finish_reason(std::string& out, const GenerationRequest& request, const Choice& choice);
/// `"stop_reason"` with its value, or null.
void append_stop_reason(std::string& out, const Choice& choice);

/// Id of a tool call, the same in all chunks of one answer.
[[nodiscard]] std::string tool_call_id(const Choice& choice, std::uint32_t call);

/// `[1,2,3]`
void append_ids(std::string& out, const std::vector<TokenId>& ids);
/// The ids of the choice's tokens [from, generated).
void append_answer_ids(std::string& out, const Choice& choice, std::uint32_t from);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
