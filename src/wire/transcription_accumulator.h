// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vllm_client/result.h"
#include "vllm_client/transcription.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// Puts a streamed transcript together again. The server splits long audio and streams its segments
/// one after the other, each with a finish reason of its own, without saying how many there are.
class TranscriptionAccumulator {
 public:
    /// Adds the event its reader has just read. Error: `decode` if its usage cannot be read.
    [[nodiscard]] Result<void> add(const TranscriptionDelta& delta);

    [[nodiscard]] TranscriptionReply finish() && { return std::move(reply_); }
    /// Text received so far: one element.
    [[nodiscard]] std::vector<std::string> partial_text() const { return {reply_.text}; }
    [[nodiscard]] std::optional<Usage> usage() const { return reply_.usage; }
    /// Never known without the end marker: another segment may follow.
    [[nodiscard]] bool all_finished() const noexcept { return false; }

 private:
    TranscriptionReply reply_;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
