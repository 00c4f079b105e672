// SPDX-License-Identifier: Apache-2.0
#include "wire/completion_reply.h"

#include <string>
#include <utility>

#include "wire/reply_body.h"
#include "wire/reply_reader.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

using Alternatives = std::vector<std::pair<std::string, double>>;

Alternatives read_alternatives(ondemand::value value) {
    Alternatives alternatives;
    if (is_null(value)) return alternatives;
    for_each_field(value.get_object().value(), [&](std::string_view key, ondemand::value item) {
        alternatives.emplace_back(unescape_lenient(key), read_logprob(item));
    });
    return alternatives;
}

// The form of chats, which llama.cpp uses here too.
void add_chat_logprobs(const std::vector<TokenLogprob>& tokens, CompletionLogprobs& logprobs) {
    for (const TokenLogprob& token : tokens) {
        logprobs.tokens.push_back(token.token);
        logprobs.token_logprobs.emplace_back(token.logprob);
        Alternatives& top = logprobs.top_logprobs.emplace_back();
        for (const TopLogprob& other : token.top_logprobs)
            top.emplace_back(other.token, other.logprob);
    }
}

std::optional<CompletionLogprobs> read_logprobs(ondemand::value value) {
    if (is_null(value)) return std::nullopt;
    CompletionLogprobs logprobs;
    for_each_field(value.get_object().value(), [&](std::string_view key, ondemand::value item) {
        if (key == "tokens") {
            for_each_element(item,
                             [&](ondemand::value v) { logprobs.tokens.push_back(read_text(v)); });
        } else if (key == "token_logprobs") {
            for_each_element(item, [&](ondemand::value v) {
                const bool none = is_null(v);
                logprobs.token_logprobs.push_back(none ? std::optional<double>() : read_logprob(v));
            });
        } else if (key == "top_logprobs") {
            for_each_element(item, [&](ondemand::value v) {
                logprobs.top_logprobs.push_back(read_alternatives(v));
            });
        } else if (key == "text_offset") {
            logprobs.text_offset = read_integers(item);
        } else if (key == "content") {
            add_chat_logprobs(read_token_logprob_list(item), logprobs);
        }
    });
    return logprobs;
}

CompletionChoice read_choice(ondemand::value value) {
    CompletionChoice choice;
    ExtraFields extra;
    for_each_field(value.get_object().value(), [&](std::string_view key, ondemand::value item) {
        if (key == "index") {
            choice.index = read_integer(item);
        } else if (key == "text") {
            choice.text = read_text(item);
        } else if (key == "finish_reason") {
            choice.finish_reason = read_finish_reason(item);
        } else if (key == "stop_reason" || key == "matched_stop") {
            choice.stop_reason = read_stop_reason(item);
        } else if (key == "logprobs") {
            choice.logprobs = read_logprobs(item);
        } else if (key == "token_ids") {
            choice.token_ids = read_integers(item);
        } else if (key == "prompt_token_ids") {
            choice.prompt_token_ids = read_integers(item);
        } else if (key == "prompt_logprobs") {
            choice.prompt_logprobs = read_json_text(item);
        } else if (!is_null(item)) {
            extra.add(key, item);
        }
    });
    choice.extra = extra.take();
    return choice;
}

}  // namespace

CompletionReply read_completion_object(ondemand::object object) {
    CompletionReply reply;
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
        } else if (key == "metrics") {
            reply.metrics = read_json_text(item);
        } else if (key != "object" && !is_null(item)) {
            extra.add(key, item);
        }
    });
    reply.extra = extra.take();
    sort_by_index(reply.choices);
    return reply;
}

Result<CompletionReply> read_completion_reply(std::string_view padded_body) {
    return read_reply_body<CompletionReply>(
        padded_body, "completion reply", [](ondemand::object object) {
            CompletionReply reply = read_completion_object(object);
            require(!reply.choices.empty(), "choices");
            return reply;
        });
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
