// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vllm_client/export.h"
#include "vllm_client/reply_parts.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

/// A fragment of a tool call. Fragments with the same `index` belong together; only the first
/// carries id and name. Source: `delta.tool_calls[]`.
struct ToolCallDelta {
    std::int64_t index{0};
    std::string_view id{};
    std::string_view name{};
    std::string_view arguments{};  ///< A piece of the JSON text.
};

/// One choice of an event, fully read. Source: `choices[]` of a chunk.
struct ChatChunkChoice {
    std::int64_t index{0};
    std::string_view role{};
    std::string_view content{};
    std::string_view reasoning{};
    std::vector<ToolCallDelta> tool_calls{};
    std::optional<FinishReason> finish_reason{};
    StopReason stop_reason{};
    std::vector<TokenLogprob> logprobs{};
    std::vector<std::int64_t> token_ids{};
};

/// A whole event. Views point into the stream's buffer and live until its next step.
struct ChatChunk {
    std::string_view id{};
    std::string_view model{};
    std::int64_t created{0};
    std::vector<ChatChunkChoice> choices{};
    std::optional<Usage> usage{};
    std::string_view system_fingerprint{};
    std::vector<std::int64_t> prompt_token_ids{};
};

namespace detail {
class ChatChunkReader;
}

/// One server event of a streamed chat. Text, choice index and finish reason are read at once
/// (about 0.2 µs an event); the rest is read when first asked for.
///
/// A view: it and everything it returns is valid until the next step of its stream. Copy what must
/// live longer. To be used by the thread that steps the stream.
class VLLM_CLIENT_EXPORT ChatDelta {
 public:
    ChatDelta() = default;

    /// New content of the first choice in this event; empty for role, usage and tool events.
    [[nodiscard]] std::string_view text() const noexcept { return text_; }
    /// New reasoning text of the first choice in this event.
    [[nodiscard]] std::string_view reasoning() const noexcept { return reasoning_; }
    /// Which answer this belongs to: 0 … n−1.
    [[nodiscard]] std::int64_t index() const noexcept { return index_; }
    /// Set on the event that ends the choice.
    [[nodiscard]] std::optional<FinishReason> finish_reason() const noexcept {
        return finish_reason_;
    }
    /// Number of choices in this event: 1 from vLLM, 0 for the usage event.
    [[nodiscard]] std::size_t choice_count() const noexcept { return choice_count_; }
    /// True if the event carries generated content: text, reasoning or a tool call.
    [[nodiscard]] bool has_content() const noexcept {
        return !text_.empty() || !reasoning_.empty() || has_tool_calls_;
    }
    [[nodiscard]] bool has_tool_calls() const noexcept { return has_tool_calls_; }
    [[nodiscard]] bool has_usage() const noexcept { return has_usage_; }

    /// The event's JSON as the server sent it, unknown fields included.
    [[nodiscard]] std::string_view json() const noexcept { return json_; }
    /// Everything in the event. First use costs one more pass over it.
    [[nodiscard]] const ChatChunk& chunk() const;
    /// Fragments of tool calls of the first choice.
    [[nodiscard]] const std::vector<ToolCallDelta>& tool_calls() const;
    /// Usage, on the event that carries it.
    [[nodiscard]] const std::optional<Usage>& usage() const { return chunk().usage; }

 private:
    friend class detail::ChatChunkReader;

    std::string_view json_{};
    std::string_view text_{};
    std::string_view reasoning_{};
    std::int64_t index_{0};
    std::size_t choice_count_{0};
    std::optional<FinishReason> finish_reason_{};
    bool has_tool_calls_{false};
    bool has_usage_{false};
    detail::ChatChunkReader* reader_{nullptr};  // of the stream; outlives this view
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
