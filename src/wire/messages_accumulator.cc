// SPDX-License-Identifier: Apache-2.0
#include "wire/messages_accumulator.h"

#include <algorithm>
#include <utility>

#include "wire/anthropic_block.h"
#include "wire/json_reader.h"
#include "wire/messages_reply.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

using Kind = MessagesEvent::Kind;
using Piece = MessagesEvent::Piece;

constexpr std::size_t most_blocks = 1024;

Error too_many_blocks() {
    return {
        .kind = ErrorKind::limit,
        .message = "the stream has more than " + std::to_string(most_blocks) + " content blocks",
        .reach = Reach::executed,
        .phase = Phase::decode};
}

AnthropicBlock::Kind block_kind(Piece piece) {
    if (piece == Piece::input_json) return AnthropicBlock::Kind::tool_use;
    if (piece == Piece::text) return AnthropicBlock::Kind::text;
    return AnthropicBlock::Kind::thinking;
}

}  // namespace

bool is_last(const MessagesEvent& event) noexcept {
    return event.kind == Kind::message_stop;
}

Result<void> MessagesAccumulator::add(const MessagesEvent& event) {
    switch (event.kind) {
        case Kind::content_block_delta: {
            if (event.piece == Piece::none || event.piece == Piece::unknown) return {};
            Block* const into = block(event.index);
            if (!into) return too_many_blocks();
            append(*into, event);
            return {};
        }
        case Kind::message_start:
        case Kind::content_block_start:
        case Kind::message_delta:
            return read_whole(event);
        case Kind::message_stop:
            finished_ = true;
            return {};
        default:
            return {};
    }
}

// A piece for a block that was never started begins one.
MessagesAccumulator::Block* MessagesAccumulator::block(std::int64_t index) {
    const auto place = std::lower_bound(
        blocks_.begin(), blocks_.end(), index,
        [](const Block& other, std::int64_t wanted) { return other.index < wanted; });
    if (place != blocks_.end() && place->index == index) return &*place;
    if (blocks_.size() == most_blocks) return nullptr;
    return &*blocks_.insert(place, Block{.index = index});
}

void MessagesAccumulator::append(Block& into, const MessagesEvent& event) {
    switch (event.piece) {
        case Piece::text:
        case Piece::thinking:
            if (into.block.text.empty()) into.block.kind = block_kind(event.piece);
            into.block.text += event.delta;
            break;
        case Piece::signature:
            into.block.signature += event.delta;
            break;
        default:
            into.block.kind = block_kind(event.piece);
            into.input += event.delta;
            break;
    }
}

Result<void> MessagesAccumulator::read_whole(const MessagesEvent& event) {
    starting_.reset();
    Result<bool> read = with_parser(event.json.size(), [&](ondemand::parser& parser) {
        return read_json<bool>(parser, event.json, "stream event", [&](ondemand::object object) {
            for_each_field(object, [&](std::string_view key, ondemand::value value) {
                read_member(key, value);
            });
            return true;
        });
    });
    if (!read) return std::move(read).error();
    if (event.kind != Kind::content_block_start || !starting_) return {};
    Block* const into = block(event.index);
    if (!into) return too_many_blocks();
    into->block = *std::move(starting_);
    return {};
}

void MessagesAccumulator::read_member(std::string_view key, ondemand::value value) {
    if (is_null(value)) return;
    if (key == "message") {
        read_message(value);
    } else if (key == "delta") {
        read_delta(value);
    } else if (key == "usage") {
        counted_ = true;
        usage_.read(value);
    } else if (key == "content_block") {
        starting_ = read_anthropic_block(value);
    }
}

void MessagesAccumulator::read_message(ondemand::value value) {
    for_each_field(value.get_object().value(), [&](std::string_view key, ondemand::value item) {
        if (key == "id") {
            reply_.id = read_text(item);
        } else if (key == "model") {
            reply_.model = read_text(item);
        } else if (key == "role") {
            reply_.role = read_text(item);
        } else if (key == "usage") {
            counted_ = true;
            usage_.read(item);
        }
    });
}

void MessagesAccumulator::read_delta(ondemand::value value) {
    for_each_field(value.get_object().value(), [&](std::string_view key, ondemand::value item) {
        if (key == "stop_reason") {
            reply_.stop_reason = read_messages_stop(item);
        } else if (key == "stop_sequence") {
            reply_.stop_sequence = read_text(item);
        }
    });
}

MessagesReply MessagesAccumulator::finish() && {
    for (Block& part : blocks_) {
        if (!part.input.empty()) part.block.input = JsonText(std::move(part.input));
        reply_.content.push_back(std::move(part.block));
    }
    reply_.usage = usage_.total();
    return std::move(reply_);
}

std::vector<std::string> MessagesAccumulator::partial_text() const {
    std::string text;
    for (const Block& part : blocks_) {
        if (part.block.kind == AnthropicBlock::Kind::text) text += part.block.text;
    }
    return text.empty() ? std::vector<std::string>() : std::vector<std::string>{std::move(text)};
}

std::optional<Usage> MessagesAccumulator::usage() const {
    return counted_ ? std::optional(usage_.total()) : std::nullopt;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
