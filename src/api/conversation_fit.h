// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "vllm_client/conversation.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::api {

/// Where the turns of a conversation begin, the first after the system prompt.
[[nodiscard]] std::vector<std::size_t> turn_beginnings(const std::vector<Message>& messages);

/// One fitting of a conversation; see Conversation::fit(). Used once.
class ConversationFit {
 public:
    ConversationFit(const VllmClient& client, const FitOptions& options, const CallOptions& call,
                    const std::vector<Message>& messages);

    /// The messages that fit, or why none do.
    [[nodiscard]] Result<std::vector<Message>> run();
    [[nodiscard]] FitReply& reply() noexcept { return reply_; }

 private:
    using Messages = std::vector<Message>;

    [[nodiscard]] Result<void> check() const;
    [[nodiscard]] Result<std::int64_t> count(const Messages& messages);
    [[nodiscard]] Result<std::int64_t> context_length();
    [[nodiscard]] Result<void> measure();
    [[nodiscard]] std::size_t droppable() const noexcept;
    [[nodiscard]] Messages dropped(std::size_t turns) const;
    [[nodiscard]] Messages with(std::size_t turns, const Messages& instead) const;
    [[nodiscard]] Result<std::size_t> fewest_turns(std::int64_t most_tokens);
    [[nodiscard]] Result<Messages> summarized(std::size_t turns);
    [[nodiscard]] Error too_long(std::string_view what) const;

    const VllmClient& client_;
    const FitOptions& options_;
    const CallOptions& call_;
    const Messages& messages_;
    const std::vector<std::size_t> turns_;
    std::int64_t room_{0};      // tokens that the prompt may take
    std::int64_t told_len_{0};  // the model's context length by the last count; 0: not told
    FitReply reply_;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api
