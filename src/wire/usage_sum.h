// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "vllm_client/reply_parts.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// The usage of a whole stream. A server counts once at the end, in an event without choices; or,
/// if asked to, all the time in every event, and then each choice for itself.
class UsageSum {
 public:
    /// Choices `samples_per_prompt` × p … share the prompt p, whose tokens count once.
    explicit UsageSum(std::int64_t samples_per_prompt)
        : samples_per_prompt_(samples_per_prompt < 1 ? 1 : samples_per_prompt) {}

    /// Usage of an event without choices: it counts everything.
    void set_final(const Usage& usage) { final_ = usage; }
    /// Running usage of one choice; replaces what was known of it.
    void set_running(std::int64_t choice, const Usage& usage) { running_[choice] = usage; }

    /// The final count, else the sum of the last running ones, else nothing.
    [[nodiscard]] std::optional<Usage> total() const;

 private:
    std::int64_t samples_per_prompt_;
    std::optional<Usage> final_;
    std::map<std::int64_t, Usage> running_;  // last seen, by choice
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
