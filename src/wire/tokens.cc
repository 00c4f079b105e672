// SPDX-License-Identifier: Apache-2.0
#include "wire/tokens.h"

#include "wire/json_writer.h"
#include "wire/message_writer.h"
#include "wire/reply_body.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

// A token, or an object that holds it and its text: llama.cpp's form with pieces, and TGI's.
void read_token(ondemand::value value, TokenizeReply& reply) {
    if (value.type() != ondemand::json_type::object) {
        reply.tokens.push_back(read_integer(value));
        return;
    }
    std::optional<std::int64_t> id;
    for_each_field(value.get_object().value(), [&](std::string_view key, ondemand::value item) {
        if (key == "id") id = read_integer(item);
        const bool is_text = key == "piece" || key == "text";
        // A piece that is no text by itself comes as a list of its bytes.
        if (is_text && item.type() == ondemand::json_type::string) {
            reply.token_strs.push_back(read_text(item));
        }
    });
    require(id.has_value(), "id");
    reply.tokens.push_back(*id);
    reply.token_strs.resize(reply.tokens.size());
}

TokenizeReply read_tokenize(ondemand::object object) {
    TokenizeReply reply;
    ExtraFields extra;
    bool has_tokens = false;
    for_each_field(object, [&](std::string_view key, ondemand::value item) {
        // LMDeploy's name for it is "input_ids".
        if (key == "tokens" || key == "input_ids") {
            has_tokens = true;
            for_each_element(item, [&](ondemand::value v) { read_token(v, reply); });
        } else if (key == "count") {
            reply.count = read_integer(item);
        } else if (key == "max_model_len") {
            reply.max_model_len = read_integer(item);
        } else if (key == "token_strs") {
            for_each_element(item,
                             [&](ondemand::value v) { reply.token_strs.push_back(read_text(v)); });
        } else if (!is_null(item)) {
            extra.add(key, item);
        }
    });
    require(has_tokens, "tokens");
    reply.count = static_cast<std::int64_t>(reply.tokens.size());
    reply.extra = extra.take();
    return reply;
}

DetokenizeReply read_detokenize(ondemand::object object) {
    DetokenizeReply reply;
    ExtraFields extra;
    bool has_prompt = false;
    for_each_field(object, [&](std::string_view key, ondemand::value item) {
        // llama.cpp's name for it is "content", SGLang's "text".
        if (key == "prompt" || key == "content" || key == "text") {
            has_prompt = true;
            reply.prompt = read_text(item);
        } else if (!is_null(item)) {
            extra.add(key, item);
        }
    });
    require(has_prompt, "prompt");
    reply.extra = extra.take();
    return reply;
}

}  // namespace

Result<std::string> write_tokenize_request(const TokenizeRequest& r) {
    JsonWriter writer;
    writer.begin_object(&r.extra);
    writer.member_if("add_generation_prompt", r.add_generation_prompt);
    writer.member_if("add_special_tokens", r.add_special_tokens);
    writer.member_if("chat_template", r.chat_template);
    writer.member_if("chat_template_kwargs", r.chat_template_kwargs);
    writer.member_if("continue_final_message", r.continue_final_message);
    writer.member_if("media_io_kwargs", r.media_io_kwargs);
    const bool chat = !r.messages.empty() || writer.is_replaced("messages");
    if (!r.messages.empty() && writer.key("messages")) write_messages(writer, r.messages);
    writer.member_if("mm_processor_kwargs", r.mm_processor_kwargs);
    writer.member_if("model", r.model);
    if (!chat) writer.member("prompt", r.prompt);
    writer.member_if("return_token_strs", r.return_token_strs);
    if (!r.tools.empty() && writer.key("tools")) write_tools(writer, r.tools);
    writer.end_object();
    return std::move(writer).finish();
}

Result<std::string> write_detokenize_request(const DetokenizeRequest& r) {
    JsonWriter writer;
    writer.begin_object(&r.extra);
    writer.member_if("model", r.model);
    if (writer.key("tokens")) {
        writer.begin_array();
        for (const std::int64_t token : r.tokens)
            writer.value(token);
        writer.end_array();
    }
    writer.end_object();
    return std::move(writer).finish();
}

Result<TokenizeReply> read_tokenize_reply(std::string_view padded_body) {
    // TGI answers with the list alone.
    if (trim_json(padded_body).starts_with('[')) {
        std::string object = "{\"tokens\":" + std::string(padded_body) + "}";
        pad(object);
        return read_reply_body<TokenizeReply>(object, "tokenize reply", read_tokenize);
    }
    return read_reply_body<TokenizeReply>(padded_body, "tokenize reply", read_tokenize);
}

Result<DetokenizeReply> read_detokenize_reply(std::string_view padded_body) {
    return read_reply_body<DetokenizeReply>(padded_body, "detokenize reply", read_detokenize);
}

Result<TokenizerInfo> read_tokenizer_info(std::string_view padded_body) {
    return read_reply_body<TokenizerInfo>(
        padded_body, "tokenizer info", [](ondemand::object object) {
            TokenizerInfo tokenizer;
            ExtraFields all;
            for_each_field(object, [&](std::string_view key, ondemand::value item) {
                all.add(key, item);
                if (key == "tokenizer_class") tokenizer.tokenizer_class = read_text(item);
                if (key == "chat_template" && item.type() == ondemand::json_type::string) {
                    tokenizer.chat_template = read_text(item);
                }
            });
            tokenizer.info = all.take();
            return tokenizer;
        });
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
