// SPDX-License-Identifier: Apache-2.0
#include "wire/response_request.h"

#include "wire/json_writer.h"
#include "wire/logit_bias.h"
#include "wire/message_writer.h"
#include "wire/response_input.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

// Members are named in ascending order, which makes the body canonical.

void write_a_to_k(JsonWriter& writer, const ResponseRequest& r) {
    writer.member_if("background", r.background);
    writer.member_if("cache_salt", r.cache_salt);
    writer.member_if("chat_template_kwargs", r.chat_template_kwargs);
    writer.member_if("ec_transfer_params", r.ec_transfer_params);
    writer.member_if("enable_response_messages", r.enable_response_messages);
    writer.member_if("frequency_penalty", r.frequency_penalty);
    writer.member_if("ignore_eos", r.ignore_eos);
    writer.member_if("include", r.include);
    writer.member_if("include_reasoning", r.include_reasoning);
    writer.member_if("include_stop_str_in_output", r.include_stop_str_in_output);
    write_response_input(writer, r.input);
    writer.member_if("instructions", r.instructions);
    writer.member_if("kv_transfer_params", r.kv_transfer_params);
}

void write_l_to_q(JsonWriter& writer, const ResponseRequest& r) {
    write_logit_bias(writer, r.logit_bias);
    writer.member_if("max_output_tokens", r.max_output_tokens);
    writer.member_if("max_tool_calls", r.max_tool_calls);
    writer.member_if("media_io_kwargs", r.media_io_kwargs);
    writer.member_if("metadata", r.metadata);
    writer.member_if("min_p", r.min_p);
    writer.member_if("mm_payload", r.mm_payload);
    writer.member_if("mm_processor_kwargs", r.mm_processor_kwargs);
    writer.member_if("model", r.model);
    writer.member_if("parallel_tool_calls", r.parallel_tool_calls);
    writer.member_if("presence_penalty", r.presence_penalty);
    writer.member_if("previous_input_messages", r.previous_input_messages);
    writer.member_if("previous_response_id", r.previous_response_id);
    writer.member_if("priority", r.priority);
    writer.member_if("prompt", r.prompt);
    writer.member_if("prompt_cache_key", r.prompt_cache_key);
}

void write_reasoning(JsonWriter& writer, const ResponseRequest& r) {
    const bool is_set = !r.reasoning_effort.empty() || !r.reasoning_summary.empty();
    if (!is_set || !writer.key("reasoning")) return;
    writer.begin_object();
    writer.member_if("effort", r.reasoning_effort);
    writer.member_if("summary", r.reasoning_summary);
    writer.end_object();
}

// Unlike a chat's, a format stands without an object around its schema.
void write_format(JsonWriter& writer, const ResponseFormat& format) {
    const JsonWriter::Scope scope(writer, "text_format");
    if (format.kind == ResponseFormat::Kind::raw) {
        if (!format.raw.is_object()) writer.fail("raw", "must be a JSON object");
        return writer.value(format.raw);
    }
    writer.begin_object();
    if (format.kind == ResponseFormat::Kind::json_schema) {
        if (format.name.empty()) writer.fail("name", "is empty");
        if (!format.schema.is_object()) writer.fail("schema", "must be a JSON object");
        writer.member_if("description", format.description);
        writer.member("name", format.name);
        writer.member_if("schema", format.schema);
        writer.member_if("strict", format.strict);
        writer.member("type", "json_schema");
    } else {
        const bool object = format.kind == ResponseFormat::Kind::json_object;
        writer.member("type", object ? "json_object" : "text");
    }
    writer.end_object();
}

void write_text(JsonWriter& writer, const ResponseRequest& r) {
    const bool has_format = r.text_format.kind != ResponseFormat::Kind::unset;
    if ((!has_format && r.text_verbosity.empty()) || !writer.key("text")) return;
    writer.begin_object();
    if (has_format && writer.key("format")) write_format(writer, r.text_format);
    writer.member_if("verbosity", r.text_verbosity);
    writer.end_object();
}

void write_choice(JsonWriter& writer, const ToolChoice& choice) {
    if (choice.kind != ToolChoice::Kind::function) return write_tool_choice(writer, choice);
    if (!writer.key("tool_choice")) return;
    const JsonWriter::Scope scope(writer, "tool_choice");
    if (choice.name.empty()) writer.fail("name", "is empty");
    writer.begin_object();
    writer.member("name", choice.name);
    writer.member("type", "function");
    writer.end_object();
}

void write_tools_member(JsonWriter& writer, const ResponseRequest& r) {
    if ((r.tools.empty() && r.other_tools.empty()) || !writer.key("tools")) return;
    writer.begin_array();
    for (std::size_t i = 0; i < r.tools.size(); ++i) {
        const JsonWriter::Scope scope(writer, "tools", i);
        const Tool& tool = r.tools[i];
        if (tool.name.empty()) writer.fail("name", "is empty");
        writer.begin_object(&tool.extra);
        writer.member_if("description", tool.description);
        writer.member("name", tool.name);
        writer.member_if("parameters", tool.parameters);
        writer.member_if("strict", tool.strict);
        writer.member("type", "function");
        writer.end_object();
    }
    for (std::size_t i = 0; i < r.other_tools.size(); ++i) {
        const JsonWriter::Scope scope(writer, "other_tools", i);
        if (!r.other_tools[i].is_object()) writer.fail("", "must be a JSON object");
        writer.value(r.other_tools[i]);
    }
    writer.end_array();
}

void write_r_to_z(JsonWriter& writer, const ResponseRequest& r, bool stream) {
    write_reasoning(writer, r);
    writer.member_if("repetition_penalty", r.repetition_penalty);
    writer.member_if("request_id", r.request_id);
    writer.member_if("return_mm_kwargs", r.return_mm_kwargs);
    writer.member_if("seed", r.seed);
    writer.member_if("service_tier", r.service_tier);
    writer.member_if("session_id", r.session_id);
    writer.member_if("skip_special_tokens", r.skip_special_tokens);
    writer.member_if("stop", r.stop);
    writer.member_if("stop_token_ids", r.stop_token_ids);
    writer.member_if("store", r.store);
    // The call decides how the reply is read, so the body must not say otherwise.
    if (writer.is_replaced("stream")) writer.fail("extra.stream", "is set by the form of the call");
    if (stream) writer.member("stream", true);
    write_structured_outputs(writer, r.structured_outputs);
    writer.member_if("temperature", r.temperature);
    write_text(writer, r);
    write_choice(writer, r.tool_choice);
    write_tools_member(writer, r);
    writer.member_if("top_k", r.top_k);
    writer.member_if("top_logprobs", r.top_logprobs);
    writer.member_if("top_p", r.top_p);
    writer.member_if("truncation", r.truncation);
    writer.member_if("user", r.user);
    writer.member_if("vllm_xargs", r.vllm_xargs);
    writer.member_if("watermarking", r.watermarking);
}

}  // namespace

Result<std::string> write_response_request(const ResponseRequest& request, bool stream) {
    JsonWriter writer;
    writer.begin_object(&request.extra);
    write_a_to_k(writer, request);
    write_l_to_q(writer, request);
    write_r_to_z(writer, request, stream);
    writer.end_object();
    return std::move(writer).finish();
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
