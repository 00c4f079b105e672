// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vllm_client/generate.h"
#include "vllm_client/result.h"
#include "wire/usage_sum.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// Puts a streamed answer together again, whatever the order of its choices. Events with nothing
/// but tokens and text cost two appends; others are read in full.
class GenerateAccumulator {
 public:
    /// `samples`: the request's `n`.
    explicit GenerateAccumulator(std::int64_t samples = 1) : usage_(samples) {}

    /// Adds the event its reader has just read. Error: `decode` if a part that the delta passes
    /// over cannot be read.
    [[nodiscard]] Result<void> add(const GenerateDelta& delta);

    /// The answer.
    [[nodiscard]] GenerateReply finish() &&;
    /// Text received so far, by choice index.
    [[nodiscard]] std::vector<std::string> partial_text() const;
    /// Tokens counted so far, if the server counts them.
    [[nodiscard]] std::optional<Usage> usage() const { return usage_.total(); }
    /// True if a choice was seen and each one seen has its finish reason.
    [[nodiscard]] bool all_finished() const noexcept { return seen_ != 0 && finished_ == seen_; }

 private:
    struct Choice {
        bool seen{false};
        GenerateChoice answer{};
    };

    [[nodiscard]] GenerateChoice& choice(std::int64_t index);
    void add_header(const GenerateReply& chunk);
    void add_choice(const GenerateChoice& part);

    GenerateReply reply_;          // all but choices and usage
    std::vector<Choice> choices_;  // by index
    UsageSum usage_;
    bool begun_{false};
    std::size_t seen_{0};      // choices
    std::size_t finished_{0};  // choices with a finish reason
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
