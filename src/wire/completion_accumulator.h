// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vllm_client/completion.h"
#include "vllm_client/result.h"
#include "wire/usage_sum.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// Puts a streamed completion together again, whatever the order of its choices. Events with
/// nothing but text cost one append; others are read in full.
class CompletionAccumulator {
 public:
    /// `samples_per_prompt`: the request's `n`.
    explicit CompletionAccumulator(std::int64_t samples_per_prompt = 1)
        : usage_(samples_per_prompt) {}

    /// Adds the event its reader has just read. Error: `decode` if a part that the delta passes
    /// over cannot be read.
    [[nodiscard]] Result<void> add(const CompletionDelta& delta);

    /// The answer.
    [[nodiscard]] CompletionReply finish() &&;
    /// Text received so far, by choice index.
    [[nodiscard]] std::vector<std::string> partial_text() const;
    /// Tokens counted so far, if the server counts them.
    [[nodiscard]] std::optional<Usage> usage() const { return usage_.total(); }
    /// True if a choice was seen and each one seen has its finish reason.
    [[nodiscard]] bool all_finished() const noexcept { return seen_ != 0 && finished_ == seen_; }

 private:
    struct Choice {
        bool seen{false};
        CompletionChoice answer{};
    };

    [[nodiscard]] CompletionChoice& choice(std::int64_t index);
    void add_header(const CompletionReply& chunk);
    void add_choice(const CompletionChoice& part);

    CompletionReply reply_;        // all but choices and usage
    std::vector<Choice> choices_;  // by index
    UsageSum usage_;
    bool begun_{false};
    std::size_t seen_{0};      // choices
    std::size_t finished_{0};  // choices with a finish reason
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
