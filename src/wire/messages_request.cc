// SPDX-License-Identifier: Apache-2.0
#include "wire/messages_request.h"

#include "wire/anthropic_block.h"
#include "wire/json_writer.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

// Members are named in ascending order, which makes the body canonical. Counting tokens takes those
// that make the prompt.
enum class Purpose : std::uint8_t { answer, stream, count };

void write_turns(JsonWriter& writer, const std::vector<AnthropicMessage>& messages) {
    if (messages.empty() && !writer.is_replaced("messages")) writer.fail("messages", "is empty");
    if (!writer.key("messages")) return;
    writer.begin_array();
    for (std::size_t i = 0; i < messages.size(); ++i) {
        const JsonWriter::Scope scope(writer, "messages", i);
        const AnthropicMessage& message = messages[i];
        writer.begin_object(&message.extra);
        if (message.content.empty()) {
            writer.member("content", message.text);
        } else if (writer.key("content")) {
            write_anthropic_blocks(writer, message.content, "content");
        }
        if (message.role.empty()) writer.fail("role", "is empty");
        writer.member("role", message.role);
        writer.end_object();
    }
    writer.end_array();
}

void write_output_config(JsonWriter& writer, const MessagesRequest& r) {
    const bool is_set = !r.effort.empty() || !r.output_schema.empty();
    if (!is_set || !writer.key("output_config")) return;
    if (!r.output_schema.empty() && !r.output_schema.is_object()) {
        writer.fail("output_schema", "must be a JSON object");
    }
    writer.begin_object();
    writer.member_if("effort", r.effort);
    if (!r.output_schema.empty() && writer.key("format")) {
        writer.begin_object();
        writer.member("schema", r.output_schema);
        writer.member("type", "json_schema");
        writer.end_object();
    }
    writer.end_object();
}

void write_system(JsonWriter& writer, const MessagesRequest& r) {
    if (r.system_blocks.empty()) return writer.member_if("system", r.system);
    if (writer.key("system")) write_anthropic_blocks(writer, r.system_blocks, "system_blocks");
}

void write_thinking(JsonWriter& writer, const AnthropicThinking& thinking) {
    using Kind = AnthropicThinking::Kind;
    if (thinking.kind == Kind::unset || !writer.key("thinking")) return;
    writer.begin_object();
    writer.member_if("budget_tokens", thinking.budget_tokens);
    writer.member_if("display", thinking.display);
    writer.member("type", thinking.kind == Kind::enabled    ? "enabled"
                          : thinking.kind == Kind::disabled ? "disabled"
                                                            : "adaptive");
    writer.end_object();
}

const char* choice_name(AnthropicToolChoice::Kind kind) {
    switch (kind) {
        case AnthropicToolChoice::Kind::any:
            return "any";
        case AnthropicToolChoice::Kind::tool:
            return "tool";
        case AnthropicToolChoice::Kind::none:
            return "none";
        default:
            return "auto";
    }
}

void write_choice(JsonWriter& writer, const AnthropicToolChoice& choice) {
    using Kind = AnthropicToolChoice::Kind;
    if (choice.kind == Kind::unset || !writer.key("tool_choice")) return;
    const JsonWriter::Scope scope(writer, "tool_choice");
    if (choice.kind == Kind::tool && choice.name.empty()) writer.fail("name", "is empty");
    writer.begin_object();
    writer.member_if("disable_parallel_tool_use", choice.disable_parallel_tool_use);
    writer.member_if("name", choice.name);
    writer.member("type", choice_name(choice.kind));
    writer.end_object();
}

void write_anthropic_tools(JsonWriter& writer, const std::vector<AnthropicTool>& tools) {
    if (tools.empty() || !writer.key("tools")) return;
    writer.begin_array();
    for (std::size_t i = 0; i < tools.size(); ++i) {
        const JsonWriter::Scope scope(writer, "tools", i);
        const AnthropicTool& tool = tools[i];
        if (tool.name.empty()) writer.fail("name", "is empty");
        writer.begin_object(&tool.extra);
        writer.member_if("defer_loading", tool.defer_loading);
        writer.member_if("description", tool.description);
        if (!tool.input_schema.is_object() && !writer.is_replaced("input_schema")) {
            writer.fail("input_schema", "must be a JSON object");
        }
        writer.member("input_schema", tool.input_schema);
        writer.member("name", tool.name);
        writer.member_if("strict", tool.strict);
        writer.end_object();
    }
    writer.end_array();
}

void write_a_to_m(JsonWriter& writer, const MessagesRequest& r, Purpose purpose) {
    const bool all = purpose != Purpose::count;
    if (all) writer.member_if("cache_salt", r.cache_salt);
    writer.member_if("chat_template_kwargs", r.chat_template_kwargs);
    if (all) {
        writer.member_if("ec_transfer_params", r.ec_transfer_params);
        writer.member_if("kv_transfer_params", r.kv_transfer_params);
        if (r.max_tokens <= 0 && !writer.is_replaced("max_tokens")) {
            writer.fail("max_tokens", "must be above 0");
        }
        writer.member("max_tokens", r.max_tokens);
    }
    write_turns(writer, r.messages);
    if (all) {
        writer.member_if("metadata", r.metadata);
        writer.member_if("mm_payload", r.mm_payload);
    }
    writer.member_if("model", r.model);
}

void write_o_to_z(JsonWriter& writer, const MessagesRequest& r, Purpose purpose) {
    const bool all = purpose != Purpose::count;
    write_output_config(writer, r);
    if (all) writer.member_if("return_mm_kwargs", r.return_mm_kwargs);
    if (all) writer.member_if("stop_sequences", r.stop_sequences);
    // The call decides how the reply is read, so the body must not say otherwise.
    if (writer.is_replaced("stream")) writer.fail("extra.stream", "is set by the form of the call");
    if (purpose == Purpose::stream) writer.member("stream", true);
    write_system(writer, r);
    if (all) writer.member_if("temperature", r.temperature);
    write_thinking(writer, r.thinking);
    write_choice(writer, r.tool_choice);
    write_anthropic_tools(writer, r.tools);
    if (!all) return;
    writer.member_if("top_k", r.top_k);
    writer.member_if("top_p", r.top_p);
    writer.member_if("vllm_xargs", r.vllm_xargs);
    writer.member_if("watermarking", r.watermarking);
}

Result<std::string> write_request(const MessagesRequest& request, Purpose purpose) {
    JsonWriter writer;
    writer.begin_object(&request.extra);
    write_a_to_m(writer, request, purpose);
    write_o_to_z(writer, request, purpose);
    writer.end_object();
    return std::move(writer).finish();
}

}  // namespace

Result<std::string> write_messages_request(const MessagesRequest& request, bool stream) {
    return write_request(request, stream ? Purpose::stream : Purpose::answer);
}

Result<std::string> write_count_tokens_request(const MessagesRequest& request) {
    return write_request(request, Purpose::count);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
