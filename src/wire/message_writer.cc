// SPDX-License-Identifier: Apache-2.0
#include "wire/message_writer.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

void write_media(JsonWriter& writer, const ContentPart& part, std::string_view kind) {
    // The part's name moves in the order: "video_url" comes after "type" and "uuid".
    const bool last = kind > "uuid";
    writer.begin_object();
    if (last) {
        writer.member("type", kind);
        writer.member_if("uuid", part.uuid);
    }
    if (writer.key(kind)) {
        writer.begin_object();
        writer.member_if("detail", part.detail);
        writer.member("url", part.value);
        writer.end_object();
    }
    if (!last) {
        writer.member("type", kind);
        writer.member_if("uuid", part.uuid);
    }
    writer.end_object();
}

void write_part(JsonWriter& writer, const ContentPart& part) {
    switch (part.kind) {
        case ContentPart::Kind::text:
            writer.begin_object();
            writer.member("text", part.value);
            writer.member("type", "text");
            writer.end_object();
            break;
        case ContentPart::Kind::image_url:
            return write_media(writer, part, "image_url");
        case ContentPart::Kind::audio_url:
            return write_media(writer, part, "audio_url");
        case ContentPart::Kind::video_url:
            return write_media(writer, part, "video_url");
        case ContentPart::Kind::input_audio:
            writer.begin_object();
            if (writer.key("input_audio")) {
                writer.begin_object();
                writer.member("data", part.value);
                writer.member("format", part.format);
                writer.end_object();
            }
            writer.member("type", "input_audio");
            writer.member_if("uuid", part.uuid);
            writer.end_object();
            break;
        case ContentPart::Kind::raw:
            if (!part.raw.is_object()) writer.fail("raw", "must be a JSON object");
            writer.value(part.raw);
            break;
    }
}

void write_tool_calls(JsonWriter& writer, const std::vector<ToolCall>& calls) {
    if (calls.empty() || !writer.key("tool_calls")) return;
    writer.begin_array();
    for (std::size_t i = 0; i < calls.size(); ++i) {
        const JsonWriter::Scope scope(writer, "tool_calls", i);
        const ToolCall& call = calls[i];
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

void write_content(JsonWriter& writer, const Message& message) {
    if (message.parts.empty()) {
        // An assistant message that only calls tools has no content at all.
        if (message.content.empty() && !message.tool_calls.empty()) return;
        return writer.member("content", message.content);
    }
    if (writer.key("content")) write_parts(writer, message.parts);
}

}  // namespace

void write_parts(JsonWriter& writer, const std::vector<ContentPart>& parts) {
    writer.begin_array();
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const JsonWriter::Scope scope(writer, "parts", i);
        write_part(writer, parts[i]);
    }
    writer.end_array();
}

void write_conversations(JsonWriter& writer,
                         const std::vector<std::vector<Message>>& conversations) {
    writer.begin_array();
    for (std::size_t i = 0; i < conversations.size(); ++i) {
        const JsonWriter::Scope scope(writer, "conversations", i);
        if (conversations[i].empty()) writer.fail("", "is empty");
        write_messages(writer, conversations[i]);
    }
    writer.end_array();
}

void write_messages(JsonWriter& writer, const std::vector<Message>& messages) {
    writer.begin_array();
    for (std::size_t i = 0; i < messages.size(); ++i) {
        const JsonWriter::Scope scope(writer, "messages", i);
        const Message& message = messages[i];
        writer.begin_object(&message.extra);
        write_content(writer, message);
        writer.member_if("name", message.name);
        writer.member_if("reasoning", message.reasoning);
        if (message.role.empty()) writer.fail("role", "is empty");
        writer.member("role", message.role);
        writer.member_if("tool_call_id", message.tool_call_id);
        write_tool_calls(writer, message.tool_calls);
        writer.end_object();
    }
    writer.end_array();
}

void write_tools(JsonWriter& writer, const std::vector<Tool>& tools) {
    writer.begin_array();
    for (std::size_t i = 0; i < tools.size(); ++i) {
        const JsonWriter::Scope scope(writer, "tools", i);
        const Tool& tool = tools[i];
        if (tool.name.empty()) writer.fail("name", "is empty");
        writer.begin_object();
        if (writer.key("function")) {
            writer.begin_object(&tool.extra);
            writer.member_if("description", tool.description);
            writer.member("name", tool.name);
            writer.member_if("parameters", tool.parameters);
            writer.member_if("strict", tool.strict);
            writer.end_object();
        }
        writer.member("type", "function");
        writer.end_object();
    }
    writer.end_array();
}

void write_tool_choice(JsonWriter& writer, const ToolChoice& choice) {
    switch (choice.kind) {
        case ToolChoice::Kind::unset:
            break;
        case ToolChoice::Kind::none:
            writer.member("tool_choice", "none");
            break;
        case ToolChoice::Kind::automatic:
            writer.member("tool_choice", "auto");
            break;
        case ToolChoice::Kind::required:
            writer.member("tool_choice", "required");
            break;
        case ToolChoice::Kind::function: {
            if (!writer.key("tool_choice")) break;
            const JsonWriter::Scope scope(writer, "tool_choice");
            if (choice.name.empty()) writer.fail("name", "is empty");
            writer.begin_object();
            if (writer.key("function")) {
                writer.begin_object();
                writer.member("name", choice.name);
                writer.end_object();
            }
            writer.member("type", "function");
            writer.end_object();
            break;
        }
    }
}

void write_response_format(JsonWriter& writer, const ResponseFormat& format) {
    if (format.kind == ResponseFormat::Kind::unset || !writer.key("response_format")) return;
    const JsonWriter::Scope scope(writer, "response_format");
    if (format.kind == ResponseFormat::Kind::raw) {
        if (!format.raw.is_object()) writer.fail("raw", "must be a JSON object");
        return writer.value(format.raw);
    }
    writer.begin_object();
    if (format.kind == ResponseFormat::Kind::json_schema) {
        if (format.name.empty()) writer.fail("name", "is empty");
        if (!format.schema.is_object()) writer.fail("schema", "must be a JSON object");
        if (writer.key("json_schema")) {
            writer.begin_object();
            writer.member_if("description", format.description);
            writer.member("name", format.name);
            writer.member_if("schema", format.schema);
            writer.member_if("strict", format.strict);
            writer.end_object();
        }
        writer.member("type", "json_schema");
    } else {
        const bool object = format.kind == ResponseFormat::Kind::json_object;
        writer.member("type", object ? "json_object" : "text");
    }
    writer.end_object();
}

void write_structured_outputs(JsonWriter& writer, const StructuredOutput& output) {
    const int constraints = int{!output.json.empty()} + int{!output.regex.empty()} +
                            int{!output.choice.empty()} + int{!output.grammar.empty()} +
                            int{output.json_object} + int{!output.structural_tag.empty()};
    const bool details = output.disable_any_whitespace || output.disable_additional_properties ||
                         !output.whitespace_pattern.empty();
    if (constraints == 0 && !details) return;
    if (constraints != 1) {
        return writer.fail(
            "structured_outputs",
            "takes one of json, regex, choice, grammar, json_object, structural_tag");
    }
    if (!writer.key("structured_outputs")) return;
    const JsonWriter::Scope scope(writer, "structured_outputs");
    writer.begin_object();
    writer.member_if("choice", output.choice);
    writer.member_if("disable_additional_properties", output.disable_additional_properties);
    writer.member_if("disable_any_whitespace", output.disable_any_whitespace);
    writer.member_if("grammar", output.grammar);
    writer.member_if("json", output.json);
    if (output.json_object) writer.member("json_object", true);
    writer.member_if("regex", output.regex);
    writer.member_if("structural_tag", output.structural_tag);
    writer.member_if("whitespace_pattern", output.whitespace_pattern);
    writer.end_object();
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
