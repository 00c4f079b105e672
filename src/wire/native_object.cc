// SPDX-License-Identifier: Apache-2.0
#include "wire/native_object.h"

#include <utility>

#include "wire/reply_reader.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

FinishReason native_reason(std::string_view word) {
    // TGI's names.
    if (word == "eos_token" || word == "stop_sequence") return FinishReason::stop;
    return finish_reason_from(word);
}

// A word, or SGLang's object with a `type`.
std::optional<FinishReason> read_reason(ondemand::value value) {
    if (is_null(value)) return std::nullopt;
    if (value.type() == ondemand::json_type::string) return native_reason(read_text(value));
    if (value.type() != ondemand::json_type::object) return std::nullopt;
    std::optional<FinishReason> reason;
    for_each_field(value.get_object().value(), [&](std::string_view key, ondemand::value item) {
        if (key == "type") reason = native_reason(read_text(item));
    });
    return reason;
}

// SGLang's and LMDeploy's `meta_info`, TGI's `details`.
void read_details(ondemand::value value, NativeObject& object) {
    if (is_null(value)) return;
    for_each_field(value.get_object().value(), [&](std::string_view key, ondemand::value item) {
        if (key == "finish_reason") {
            object.finish_reason = read_reason(item);
        } else if (key == "prompt_tokens") {
            object.prompt_tokens = read_integer(item);
        } else if (key == "completion_tokens" || key == "generated_tokens") {
            object.completion_tokens = read_integer(item);
        }
    });
}

// TGI: a piece, unless it is a token without text such as the end of the sequence.
void read_token(ondemand::value value, NativeObject& object) {
    if (is_null(value)) return;
    std::string text;
    bool special = false;
    for_each_field(value.get_object().value(), [&](std::string_view key, ondemand::value item) {
        if (key == "text") text = read_text(item);
        if (key == "special") special = item.get_bool().value();
    });
    object.has_text = object.is_delta = true;
    object.texts = {special ? std::string() : std::move(text)};
}

void read_texts(ondemand::value value, NativeObject& object) {
    object.has_text = true;
    if (value.type() == ondemand::json_type::array) {
        for_each_element(value, [&](ondemand::value v) { object.texts.push_back(read_text(v)); });
    } else {
        object.texts = {read_text(value)};
    }
}

}  // namespace

NativeObject read_native_object(ondemand::object source) {
    NativeObject object;
    bool is_token = false;
    for_each_field(source, [&](std::string_view key, ondemand::value item) {
        if (key == "text") {
            read_texts(item, object);
        } else if (key == "content" || key == "response") {
            read_texts(item, object);
            object.is_delta = true;
        } else if (key == "token") {
            is_token = true;
            read_token(item, object);
        } else if (key == "generated_text") {
            if (!is_null(item)) object.whole = read_text(item);
        } else if (key == "meta_info" || key == "details") {
            read_details(item, object);
        } else if (key == "index") {
            object.index = read_integer(item);
        } else if (key == "tokens_evaluated" || key == "prompt_eval_count") {
            object.prompt_tokens = read_integer(item);
        } else if (key == "tokens_predicted" || key == "eval_count") {
            object.completion_tokens = read_integer(item);
        } else if (key == "done_reason" || key == "finish_reason") {
            object.finish_reason = read_reason(item);
        } else if (key == "stop_type") {
            const std::string word = read_text(item);
            if (word == "limit") object.finish_reason = FinishReason::length;
            if (word == "eos" || word == "word") object.finish_reason = FinishReason::stop;
        } else if (key == "error") {
            object.has_error = !is_null(item);
        }
    });
    // TGI counts tokens with it; its answers have one sequence.
    if (is_token) object.index.reset();
    return object;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
