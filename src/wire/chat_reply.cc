// SPDX-License-Identifier: Apache-2.0
#include "wire/chat_reply.h"

#include "wire/message_reader.h"
#include "wire/reply_body.h"
#include "wire/reply_reader.h"
#include "wire/row_index.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

ChatMessage read_chat_message(ondemand::value value) {
    ChatMessage message;
    ExtraFields extra;
    if (is_null(value)) return message;
    for_each_field(value.get_object().value(), [&](std::string_view key, ondemand::value item) {
        if (key == "role") {
            message.role = read_text(item);
        } else if (key == "content") {
            message.content = read_text(item);
        } else if (key == "reasoning" || key == "reasoning_content") {
            std::string text = read_text(item);
            if (!text.empty()) message.reasoning = std::move(text);
        } else if (key == "refusal") {
            message.refusal = read_text(item);
        } else if (key == "tool_calls") {
            for_each_element(item, [&](ondemand::value call) {
                message.tool_calls.push_back(read_tool_call(call));
            });
        } else if (!is_null(item)) {
            extra.add(key, item);
        }
    });
    message.extra = extra.take();
    return message;
}

ChatChoice read_choice(ondemand::value value) {
    ChatChoice choice;
    ExtraFields extra;
    for_each_field(value.get_object().value(), [&](std::string_view key, ondemand::value item) {
        if (key == "index") {
            choice.index = read_integer(item);
        } else if (key == "message") {
            choice.message = read_chat_message(item);
        } else if (key == "finish_reason") {
            choice.finish_reason = read_finish_reason(item);
        } else if (key == "stop_reason" || key == "matched_stop") {
            choice.stop_reason = read_stop_reason(item);
        } else if (key == "logprobs") {
            choice.logprobs = read_token_logprobs(item);
        } else if (key == "token_ids") {
            choice.token_ids = read_integers(item);
        } else if (!is_null(item)) {
            extra.add(key, item);
        }
    });
    choice.extra = extra.take();
    return choice;
}

ChatReply read_reply(ondemand::object object) {
    ChatReply reply;
    ExtraFields extra;
    for_each_field(object, [&](std::string_view key, ondemand::value item) {
        if (key == "id") {
            reply.id = read_text(item);
        } else if (key == "model") {
            reply.model = read_text(item);
        } else if (key == "created") {
            reply.created = read_integer(item);
        } else if (key == "choices") {
            for_each_element(item, [&](ondemand::value choice) {
                reply.choices.push_back(read_choice(choice));
            });
        } else if (key == "usage") {
            if (!is_null(item)) reply.usage = read_usage(item);
        } else if (key == "system_fingerprint") {
            reply.system_fingerprint = read_text(item);
        } else if (key == "prompt_token_ids") {
            reply.prompt_token_ids = read_integers(item);
        } else if (key == "prompt_logprobs") {
            reply.prompt_logprobs = read_json_text(item);
        } else if (key == "metrics") {
            reply.metrics = read_json_text(item);
        } else if (key != "object" && !is_null(item)) {
            extra.add(key, item);
        }
    });
    require(!reply.choices.empty(), "choices");
    reply.extra = extra.take();
    sort_by_index(reply.choices);
    return reply;
}

}  // namespace

Result<ChatReply> read_chat_reply(std::string_view padded_body) {
    return read_reply_body<ChatReply>(padded_body, "chat reply", read_reply);
}

Result<ChatReply> read_chat_batch_reply(std::string_view padded_body, std::size_t conversations) {
    return read_reply_body<ChatReply>(padded_body, "chat reply", [&](ondemand::object object) {
        ChatReply reply = read_reply(object);
        std::vector<std::int64_t> indices;
        indices.reserve(reply.choices.size());
        for (const ChatChoice& choice : reply.choices)
            indices.push_back(choice.index);
        static_cast<void>(order_by_index(indices, conversations, "choices"));
        return reply;
    });
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
