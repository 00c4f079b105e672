// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "vllm_client/export.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

/// One server event of a streamed message. Texts are views: they are valid until the next step of
/// the stream. Copy what must live longer. Members an event does not have are empty, or −1.
/// Source: `event:` and `data:` of `POST /v1/messages` with `stream`.
struct MessagesEvent {
    /// By `type`. Events of type `error` are never given out: they end the stream as an error.
    enum class Kind : std::uint8_t {
        unknown,  ///< Not in this list; see `type` and `json`.
        message_start,
        content_block_start,
        content_block_delta,
        content_block_stop,
        message_delta,
        message_stop,  ///< The last one.
        ping
    };
    /// What a content_block_delta carries.
    enum class Piece : std::uint8_t { none, text, thinking, signature, input_json, unknown };

    Kind kind{Kind::unknown};
    std::string_view type{};         ///< e.g. "content_block_delta".
    std::int64_t index{-1};          ///< Position of the block in MessagesReply::content.
    Piece piece{Piece::none};        ///< content_block_delta: what `delta` is.
    std::string_view delta{};        ///< content_block_delta: the new piece.
    std::string_view block_type{};   ///< content_block_start, e.g. "tool_use".
    std::string_view block_id{};     ///< content_block_start of a tool_use.
    std::string_view block_name{};   ///< content_block_start of a tool_use.
    std::string_view stop_reason{};  ///< message_delta
    std::string_view json{};         ///< The event as the server sent it, unknown fields included.

    /// New text of the answer in this event; empty for events of other kinds.
    [[nodiscard]] std::string_view text() const noexcept {
        return piece == Piece::text ? delta : std::string_view();
    }
    /// New thinking in this event.
    [[nodiscard]] std::string_view thinking() const noexcept {
        return piece == Piece::thinking ? delta : std::string_view();
    }
    /// True if the event carries generated content.
    [[nodiscard]] bool has_content() const noexcept { return !delta.empty(); }
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
