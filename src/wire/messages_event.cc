// SPDX-License-Identifier: Apache-2.0
#include "wire/messages_event.h"

#include <array>
#include <utility>

#include "wire/event_error.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

using Kind = MessagesEvent::Kind;
using Piece = MessagesEvent::Piece;

struct NamedKind {
    std::string_view name;
    Kind kind;
};

// The frequent one first.
constexpr std::array kinds{
    NamedKind{"content_block_delta", Kind::content_block_delta},
    NamedKind{"content_block_start", Kind::content_block_start},
    NamedKind{"content_block_stop", Kind::content_block_stop},
    NamedKind{"message_start", Kind::message_start},
    NamedKind{"message_delta", Kind::message_delta},
    NamedKind{"message_stop", Kind::message_stop},
    NamedKind{"ping", Kind::ping},
};

struct NamedPiece {
    std::string_view name;
    Piece piece;
};

constexpr std::array pieces{
    NamedPiece{"text_delta", Piece::text},
    NamedPiece{"thinking_delta", Piece::thinking},
    NamedPiece{"signature_delta", Piece::signature},
    NamedPiece{"input_json_delta", Piece::input_json},
};

Piece piece_of(std::string_view type) noexcept {
    for (const NamedPiece& named : pieces) {
        if (named.name == type) return named.piece;
    }
    return Piece::unknown;
}

bool is_object(ondemand::value& value) {
    return value.type().value() == ondemand::json_type::object;
}

bool is_string(ondemand::value& value) {
    return value.type().value() == ondemand::json_type::string;
}

}  // namespace

Kind messages_event_kind(std::string_view type) noexcept {
    for (const NamedKind& named : kinds) {
        if (named.name == type) return named.kind;
    }
    return Kind::unknown;
}

Result<MessagesEvent> MessagesEventReader::read(const SseEvent& event) {
    event_ = {};
    event_.json = event.data;
    found_ = {};
    Result<void> done = parser_.read(event.data, [&](ondemand::object&& members) {
        read_members(std::move(members));
        if (event_.type.empty()) event_.type = event.type;
        event_.kind = messages_event_kind(event_.type);
        // In here, where a text with broken escapes becomes an error.
        if (event_.kind == Kind::content_block_delta && !found_.has_error) read_piece();
    });
    if (!done) return std::move(done).error();
    const bool is_error =
        event_.type == "error" || (event_.type.empty() && is_flat_error(event.data));
    if (found_.has_error || is_error) return read_event_error(event.data);
    return event_;
}

void MessagesEventReader::read_members(ondemand::object&& event) {
    visit_fields(std::move(event), [this](EventKey key, ondemand::value& value) {
        if (key.is("delta")) {
            if (is_object(value)) read_delta(value);
        } else if (key.is("type")) {
            if (is_string(value)) event_.type = parser_.text(raw_string(value));
        } else if (key.is("index")) {
            if (value.type().value() == ondemand::json_type::number) {
                event_.index = read_choice_index(value);
            }
        } else if (key.is("content_block")) {
            if (is_object(value)) read_block(value);
        } else if (key.is("error")) {
            found_.has_error = !is_null(value);
        }
    });
}

void MessagesEventReader::read_delta(ondemand::value& value) {
    visit_fields(value, [this](EventKey key, ondemand::value& field) {
        if (!is_string(field)) return;
        if (key.is("type")) {
            found_.delta_type = parser_.text(raw_string(field));
        } else if (key.is("text") || key.is("partial_json") || key.is("thinking") ||
                   key.is("signature")) {
            found_.delta = raw_string(field);
        } else if (key.is("stop_reason")) {
            event_.stop_reason = parser_.text(raw_string(field));
        }
    });
}

void MessagesEventReader::read_block(ondemand::value& value) {
    visit_fields(value, [this](EventKey key, ondemand::value& field) {
        if (!is_string(field)) return;
        if (key.is("type")) {
            event_.block_type = parser_.text(raw_string(field));
        } else if (key.is("id")) {
            event_.block_id = parser_.text(raw_string(field));
        } else if (key.is("name")) {
            event_.block_name = parser_.text(raw_string(field));
        }
    });
}

// The pieces of one block are of one kind, so its index names the running text.
void MessagesEventReader::read_piece() {
    event_.piece = piece_of(found_.delta_type);
    if (found_.delta.empty()) return;
    event_.delta = parser_.text(found_.delta, TextPart{event_.index}, false, joiner_);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
