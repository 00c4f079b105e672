// SPDX-License-Identifier: Apache-2.0
#include "c_api/chat_reply_text.h"

#include <utility>

#include "wire/json_writer.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::c_api {
namespace {

using wire::JsonWriter;

void write_bytes(JsonWriter& writer, const std::vector<std::uint8_t>& bytes) {
    if (!writer.key("bytes")) return;
    writer.begin_array();
    for (const std::uint8_t byte : bytes)
        writer.value(std::int64_t{byte});
    writer.end_array();
}

void write_alternatives(JsonWriter& writer, const std::vector<TopLogprob>& alternatives) {
    if (!writer.key("top_logprobs")) return;
    writer.begin_array();
    for (const TopLogprob& top : alternatives) {
        writer.begin_object();
        write_bytes(writer, top.bytes);
        writer.member("logprob", top.logprob);
        writer.member("token", top.token);
        writer.end_object();
    }
    writer.end_array();
}

void write_logprobs(JsonWriter& writer, const std::vector<TokenLogprob>& logprobs) {
    if (logprobs.empty() || !writer.key("logprobs")) return;
    writer.begin_object();
    if (writer.key("content")) {
        writer.begin_array();
        for (const TokenLogprob& token : logprobs) {
            writer.begin_object();
            write_bytes(writer, token.bytes);
            writer.member("logprob", token.logprob);
            writer.member("token", token.token);
            write_alternatives(writer, token.top_logprobs);
            writer.end_object();
        }
        writer.end_array();
    }
    writer.end_object();
}

void write_tool_calls(JsonWriter& writer, const std::vector<ToolCall>& calls) {
    if (calls.empty() || !writer.key("tool_calls")) return;
    writer.begin_array();
    for (const ToolCall& call : calls) {
        writer.begin_object();
        if (writer.key("function")) {
            writer.begin_object();
            writer.member("arguments", call.arguments);
            writer.member("name", call.name);
            writer.end_object();
        }
        writer.member("id", call.id);
        writer.member("type", "function");
        writer.end_object();
    }
    writer.end_array();
}

void write_message(JsonWriter& writer, const ChatMessage& message) {
    if (!writer.key("message")) return;
    writer.begin_object(&message.extra);
    writer.member("content", message.content);
    writer.member_if("reasoning", message.reasoning);
    writer.member_if("refusal", message.refusal);
    writer.member("role", message.role.empty() ? std::string("assistant") : message.role);
    write_tool_calls(writer, message.tool_calls);
    writer.end_object();
}

void write_stop_reason(JsonWriter& writer, const StopReason& reason) {
    if (const auto* text = std::get_if<std::string>(&reason)) writer.member("stop_reason", *text);
    if (const auto* id = std::get_if<std::int64_t>(&reason)) writer.member("stop_reason", *id);
}

void write_choice(JsonWriter& writer, const ChatChoice& choice) {
    writer.begin_object(&choice.extra);
    if (choice.finish_reason) writer.member("finish_reason", to_string(*choice.finish_reason));
    writer.member("index", choice.index);
    write_logprobs(writer, choice.logprobs);
    write_message(writer, choice.message);
    write_stop_reason(writer, choice.stop_reason);
    writer.member_if("token_ids", choice.token_ids);
    writer.end_object();
}

void write_count(JsonWriter& writer, std::string_view name, std::string_view details,
                 const std::optional<std::int64_t>& count) {
    if (!count || !writer.key(details)) return;
    writer.begin_object();
    writer.member(name, *count);
    writer.end_object();
}

void write_usage(JsonWriter& writer, const Usage& usage) {
    if (!writer.key("usage")) return;
    writer.begin_object(&usage.extra);
    writer.member("completion_tokens", usage.completion_tokens);
    write_count(writer, "reasoning_tokens", "completion_tokens_details", usage.reasoning_tokens);
    writer.member("prompt_tokens", usage.prompt_tokens);
    write_count(writer, "cached_tokens", "prompt_tokens_details", usage.cached_tokens);
    writer.member("total_tokens", usage.total_tokens);
    writer.end_object();
}

}  // namespace

Result<std::string> write_chat_reply(const ChatReply& reply) {
    JsonWriter writer;
    writer.begin_object(&reply.extra);
    if (writer.key("choices")) {
        writer.begin_array();
        for (const ChatChoice& choice : reply.choices)
            write_choice(writer, choice);
        writer.end_array();
    }
    writer.member("created", reply.created);
    writer.member("id", reply.id);
    writer.member_if("metrics", reply.metrics);
    writer.member("model", reply.model);
    writer.member("object", "chat.completion");
    writer.member_if("prompt_token_ids", reply.prompt_token_ids);
    writer.member_if("system_fingerprint", reply.system_fingerprint);
    if (reply.usage) write_usage(writer, *reply.usage);
    writer.end_object();
    return std::move(writer).finish();
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::c_api
