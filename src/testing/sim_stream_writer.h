// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "testing/sim_choice.h"
#include "testing/sim_generation_request.h"
#include "testing/sim_state.h"
#include "testing/sim_usage.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// Writes the events of one stream, with exactly the keys that vLLM sends. What all events of a
/// stream begin with is made once.
class StreamWriter {
 public:
    /// `request` and `server` must outlive it.
    StreamWriter(const GenerationRequest& request, const ServerState& server, std::int64_t created);

    /// Chat: the event that opens choice `index`.
    [[nodiscard]] std::string_view role(std::uint32_t index, const Usage& usage);
    /// Chat: the event that repeats the last message.
    [[nodiscard]] std::string_view echo(std::uint32_t index, const Usage& usage);
    /// The tokens and text since the last event; empty if vLLM would send nothing. `usage` holds
    /// the running totals of this choice.
    [[nodiscard]] std::string_view next(Choice& choice, const Usage& usage);
    /// The last event; with figures of `choice` unless it is null.
    [[nodiscard]] std::string_view usage(const Usage& usage, const Choice* choice);

 private:
    void begin(std::uint32_t index);
    void chat(Choice& choice, const Usage& usage);
    bool chat_delta(Choice& choice);
    void tool_calls(const Choice& choice, const SpokenText& text);
    void completion(Choice& choice, const Usage& usage);
    void completion_text(Choice& choice, bool echoes);
    void prompt_ids(Choice& choice, bool echoes);
    void token_ids(const Choice& choice);
    void end_choice(const Choice& choice, const Usage& usage);
    void running_usage(const Usage& usage);

    const GenerationRequest& request_;
    const ServerState& server_;
    std::string prefix_;  // up to the index of the choice
    std::string event_;   // valid until the next one
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
