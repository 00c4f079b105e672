// SPDX-License-Identifier: Apache-2.0
#include "wire/messages_reply.h"

#include <array>
#include <string>
#include <utility>

#include "wire/anthropic_block.h"
#include "wire/messages_usage.h"
#include "wire/raw_object.h"
#include "wire/reply_body.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

std::string_view to_string(MessagesStop reason) noexcept {
    switch (reason) {
        case MessagesStop::end_turn:
            return "end_turn";
        case MessagesStop::max_tokens:
            return "max_tokens";
        case MessagesStop::stop_sequence:
            return "stop_sequence";
        case MessagesStop::tool_use:
            return "tool_use";
        case MessagesStop::other:
            break;
    }
    return "other";
}

namespace {

std::string joined(const std::vector<AnthropicBlock>& blocks, AnthropicBlock::Kind kind) {
    std::string text;
    for (const AnthropicBlock& block : blocks) {
        if (block.kind == kind) text += block.text;
    }
    return text;
}

}  // namespace

std::string MessagesReply::text() const {
    return joined(content, AnthropicBlock::Kind::text);
}

std::string MessagesReply::thinking() const {
    return joined(content, AnthropicBlock::Kind::thinking);
}

namespace wire {
namespace {

MessagesReply read_message(ondemand::object object) {
    MessagesReply reply;
    MessagesUsage usage;
    ExtraFields extra;
    bool has_content = false;
    for_each_field(object, [&](std::string_view key, ondemand::value item) {
        if (key == "id") {
            reply.id = read_text(item);
        } else if (key == "model") {
            reply.model = read_text(item);
        } else if (key == "role") {
            reply.role = read_text(item);
        } else if (key == "content") {
            has_content = true;
            for_each_element(item, [&](ondemand::value block) {
                reply.content.push_back(read_anthropic_block(block));
            });
        } else if (key == "stop_reason") {
            reply.stop_reason = read_messages_stop(item);
        } else if (key == "stop_sequence") {
            reply.stop_sequence = read_text(item);
        } else if (key == "usage") {
            usage.read(item);
        } else if (key == "kv_transfer_params") {
            reply.kv_transfer_params = read_json_text(item);
        } else if (key == "ec_transfer_params") {
            reply.ec_transfer_params = read_json_text(item);
        } else if (key != "type" && !is_null(item)) {
            extra.add(key, item);
        }
    });
    require(has_content, "content");
    reply.usage = usage.total();
    reply.extra = extra.take();
    return reply;
}

MessagesTokenCount read_count(ondemand::object object) {
    MessagesTokenCount count;
    ExtraFields extra;
    bool has_count = false;
    for_each_field(object, [&](std::string_view key, ondemand::value item) {
        if (key == "input_tokens") {
            has_count = true;
            count.input_tokens = read_integer(item);
        } else if (key == "context_management") {
            if (is_null(item)) return;
            for_each_field(item.get_object().value(),
                           [&](std::string_view name, ondemand::value value) {
                               if (name != "original_input_tokens") return;
                               count.original_input_tokens = read_optional_integer(value);
                           });
        } else if (!is_null(item)) {
            extra.add(key, item);
        }
    });
    require(has_count, "input_tokens");
    count.extra = extra.take();
    return count;
}

}  // namespace

std::optional<MessagesStop> read_messages_stop(ondemand::value value) {
    static constexpr std::array known{MessagesStop::end_turn, MessagesStop::max_tokens,
                                      MessagesStop::stop_sequence, MessagesStop::tool_use};
    if (is_null(value)) return std::nullopt;
    const std::string word = read_text(value);
    for (const MessagesStop reason : known) {
        if (to_string(reason) == word) return reason;
    }
    return MessagesStop::other;
}

Result<MessagesReply> read_messages_reply(std::string_view padded_body) {
    return read_reply_body<MessagesReply>(padded_body, "message", read_message);
}

Result<MessagesTokenCount> read_messages_token_count(std::string_view padded_body) {
    return read_reply_body<MessagesTokenCount>(padded_body, "token count", read_count);
}

}  // namespace wire
}  // namespace vllm_client::inline VLLM_CLIENT_ABI
