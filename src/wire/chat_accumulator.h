// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vllm_client/chat.h"
#include "vllm_client/chat_delta.h"
#include "vllm_client/result.h"
#include "wire/usage_sum.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// Puts a streamed chat together again. Choices and tool calls may interleave in any way.
/// Events with nothing but text cost one append; others are read in full.
class ChatAccumulator {
 public:
    ChatAccumulator();

    /// Adds the event its reader has just read. Errors: `decode` if a part that the delta passes
    /// over cannot be read, `limit` for too many tool calls.
    [[nodiscard]] Result<void> add(const ChatDelta& delta);

    /// The answer. Tool calls whose arguments are not JSON are marked as not complete.
    [[nodiscard]] ChatReply finish() &&;
    /// Content received so far, by choice index.
    [[nodiscard]] std::vector<std::string> partial_text() const;
    /// Tokens counted so far, if the server counts them.
    [[nodiscard]] std::optional<Usage> usage() const { return usage_.total(); }
    /// True if a choice was seen and each one seen has its finish reason.
    [[nodiscard]] bool all_finished() const noexcept { return seen_ != 0 && finished_ == seen_; }

 private:
    struct Tool {
        std::int64_t index{0};
        ToolCall call{};
    };
    struct Choice {
        bool seen{false};
        ChatChoice answer{};
        std::vector<Tool> tools{};  // by index
    };

    [[nodiscard]] Choice& choice(std::int64_t index);
    void add_text(const ChatDelta& delta);
    void add_header(const ChatChunk& chunk);
    void add_usage(const ChatChunk& chunk);
    // False if there are too many tool calls.
    [[nodiscard]] bool add_choice(const ChatChunkChoice& part);
    [[nodiscard]] bool add_tool_call(Choice& into, const ToolCallDelta& part);

    ChatReply reply_;              // all but choices and usage
    std::vector<Choice> choices_;  // by index
    UsageSum usage_;
    bool begun_{false};
    std::size_t seen_{0};      // choices
    std::size_t finished_{0};  // choices with a finish reason
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
