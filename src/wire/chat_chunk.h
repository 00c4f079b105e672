// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "vllm_client/chat_delta.h"
#include "vllm_client/result.h"
#include "wire/event_parser.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::detail {

/// Reads the events of one streamed chat: at once what most callers want, the rest on demand. What
/// it returns is valid until the next read(); the event's bytes must stay as long. One thread.
class ChatChunkReader {
 public:
    /// The event `padded_json` (see wire::pad()). Errors: `stream` if it reports one, `decode` if
    /// it is no chunk, `limit` if it is nested too deeply or its choice index is absurd.
    [[nodiscard]] Result<ChatDelta> read(std::string_view padded_json);

    /// All of the event read last; empty if a part that read() passes over cannot be read.
    [[nodiscard]] const ChatChunk& chunk();
    /// Why chunk() is empty, or null. Valid until the next read().
    [[nodiscard]] const Error* chunk_error();

    /// True if the event `delta` was read from has nothing but text for its one choice. Such events
    /// need no chunk(): it would only repeat the stream's id and model.
    [[nodiscard]] static bool is_text_only(const ChatDelta& delta) noexcept;
    /// The same as the members, for the event that `delta` was read from.
    [[nodiscard]] static const ChatChunk& chunk(const ChatDelta& delta);
    [[nodiscard]] static const Error* chunk_error(const ChatDelta& delta);

 private:
    // What the first pass finds; texts as they stand in the event.
    struct FirstPass {
        std::string_view content{};
        std::string_view reasoning{};
        bool has_more{false};  // something that only chunk() shows
        bool has_error{false};
    };

    void read_event(wire::ondemand::object&& event);
    void read_first_choice(wire::ondemand::value& choice);
    void read_first_delta(wire::ondemand::value& value);
    void finish_texts();
    void read_chunk();
    void read_field(wire::EventKey key, wire::ondemand::value& value);
    void read_choice(wire::ondemand::value& value, ChatChunkChoice& choice);
    void read_delta(wire::ondemand::value& value, ChatChunkChoice& choice);
    void read_tool_call(wire::ondemand::value& value, ToolCallDelta& call);
    void mend_texts(ChatChunkChoice& choice, bool is_first);

    ChatDelta delta_{};
    FirstPass found_{};
    ChatChunk chunk_{};
    bool chunk_read_{false};
    std::optional<Error> chunk_error_{};
    // One parser for each pass, so that the first one's texts outlive the second pass.
    wire::EventParser first_;
    wire::EventParser whole_;
    wire::SurrogateJoiner joiner_;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::detail
