// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vllm_client/response.h"
#include "vllm_client/response_event.h"
#include "vllm_client/result.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// True for the events that end the stream of a response.
[[nodiscard]] bool is_last(const ResponseEvent& event) noexcept;

/// Takes the answer of a streamed response: it is whole in the last event. Before that, only the
/// text is kept, for a stream that breaks.
class ResponseAccumulator {
 public:
    /// Adds the event its reader has just read. Error: `decode` if the last event has no response
    /// that can be read.
    [[nodiscard]] Result<void> add(const ResponseEvent& event);

    /// The answer.
    [[nodiscard]] ResponseReply finish() && { return std::move(reply_); }
    /// Text received so far, of all items; none if there was none.
    [[nodiscard]] std::vector<std::string> partial_text() const;
    /// Tokens counted by the server, once the answer is there.
    [[nodiscard]] std::optional<Usage> usage() const { return reply_.usage; }
    /// True once the last event was added.
    [[nodiscard]] bool all_finished() const noexcept { return finished_; }

 private:
    ResponseReply reply_;
    std::string text_;
    bool finished_{false};
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
