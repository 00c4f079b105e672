// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vllm_client/anthropic_message.h"
#include "vllm_client/messages_event.h"
#include "vllm_client/result.h"
#include "wire/messages_usage.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// True for the event that ends the stream of a message.
[[nodiscard]] bool is_last(const MessagesEvent& event) noexcept;

/// Puts a streamed message together again. Blocks may interleave in any way. Pieces cost one
/// append; the few other events are read in full.
class MessagesAccumulator {
 public:
    /// Adds the event its reader has just read. Errors: `decode` if a part that the event passes
    /// over cannot be read, `limit` for too many blocks.
    [[nodiscard]] Result<void> add(const MessagesEvent& event);

    /// The answer.
    [[nodiscard]] MessagesReply finish() &&;
    /// Text received so far, of all blocks; none if there was none.
    [[nodiscard]] std::vector<std::string> partial_text() const;
    /// Tokens counted so far, if the server counts them.
    [[nodiscard]] std::optional<Usage> usage() const;
    /// True once the last event was added.
    [[nodiscard]] bool all_finished() const noexcept { return finished_; }

 private:
    struct Block {
        std::int64_t index{0};
        AnthropicBlock block{};
        std::string input{};  // of a tool_use: its pieces
    };

    // Null if there are too many blocks.
    [[nodiscard]] Block* block(std::int64_t index);
    void append(Block& into, const MessagesEvent& event);
    [[nodiscard]] Result<void> read_whole(const MessagesEvent& event);
    void read_member(std::string_view key, ondemand::value value);
    void read_message(ondemand::value value);
    void read_delta(ondemand::value value);

    MessagesReply reply_;        // all but content and usage
    std::vector<Block> blocks_;  // by index
    MessagesUsage usage_;
    std::optional<AnthropicBlock> starting_;  // what a content_block_start says
    bool counted_{false};
    bool finished_{false};
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
