// SPDX-License-Identifier: Apache-2.0
#include "wire/response_input.h"

#include <string>
#include <utility>
#include <variant>

namespace vllm_client::inline VLLM_CLIENT_ABI {

ResponseInputItem input_message(std::string text, std::string role) {
    return {.role = std::move(role), .text = std::move(text)};
}

ResponseInputItem input_message(std::vector<ContentPart> parts, std::string role) {
    return {.role = std::move(role), .parts = std::move(parts)};
}

ResponseInputItem function_call_output(std::string call_id, std::string output) {
    return {.kind = ResponseInputItem::Kind::function_call_output,
            .text = std::move(output),
            .call_id = std::move(call_id)};
}

ResponseInputItem raw_input_item(JsonText item) {
    return {.kind = ResponseInputItem::Kind::raw, .raw = std::move(item)};
}

std::vector<ResponseInputItem> input_items(const std::vector<Message>& messages) {
    std::vector<ResponseInputItem> items;
    for (const Message& message : messages) {
        if (message.role == "tool") {
            items.push_back(function_call_output(message.tool_call_id, message.content));
            continue;
        }
        // An assistant message that only calls tools is no message here.
        if (!message.content.empty() || !message.parts.empty() || message.tool_calls.empty()) {
            items.push_back(
                {.role = message.role, .text = message.content, .parts = message.parts});
        }
        for (const ToolCall& call : message.tool_calls) {
            items.push_back({.kind = ResponseInputItem::Kind::function_call,
                             .call_id = call.id,
                             .name = call.name,
                             .arguments = call.arguments});
        }
    }
    return items;
}

std::vector<ResponseInputItem> input_items(const std::vector<ResponseItem>& output) {
    std::vector<ResponseInputItem> items;
    items.reserve(output.size());
    for (const ResponseItem& item : output)
        items.push_back(raw_input_item(item.raw));
    return items;
}

namespace wire {
namespace {

using Kind = ResponseInputItem::Kind;

void write_part(JsonWriter& writer, const ContentPart& part) {
    switch (part.kind) {
        case ContentPart::Kind::text:
            writer.begin_object();
            writer.member("text", part.value);
            writer.member("type", "input_text");
            return writer.end_object();
        case ContentPart::Kind::image_url:
            writer.begin_object();
            writer.member("detail", part.detail.empty() ? std::string("auto") : part.detail);
            writer.member("image_url", part.value);
            writer.member("type", "input_image");
            return writer.end_object();
        case ContentPart::Kind::raw:
            if (!part.raw.is_object()) writer.fail("raw", "must be a JSON object");
            return writer.value(part.raw);
        default:
            writer.fail("kind", "is not known to this route; use a raw part");
    }
}

void write_content(JsonWriter& writer, const ResponseInputItem& item) {
    if (item.parts.empty()) return writer.member("content", item.text);
    if (!writer.key("content")) return;
    writer.begin_array();
    for (std::size_t i = 0; i < item.parts.size(); ++i) {
        const JsonWriter::Scope scope(writer, "parts", i);
        write_part(writer, item.parts[i]);
    }
    writer.end_array();
}

void write_item(JsonWriter& writer, const ResponseInputItem& item) {
    if (item.kind == Kind::raw) {
        if (!item.raw.is_object()) writer.fail("raw", "must be a JSON object");
        return writer.value(item.raw);
    }
    writer.begin_object(&item.extra);
    switch (item.kind) {
        case Kind::message:
            write_content(writer, item);
            if (item.role.empty()) writer.fail("role", "is empty");
            writer.member("role", item.role);
            writer.member("type", "message");
            break;
        case Kind::function_call:
            writer.member("arguments", item.arguments);
            writer.member("call_id", item.call_id);
            writer.member("name", item.name);
            writer.member("type", "function_call");
            break;
        default:
            writer.member("call_id", item.call_id);
            writer.member("output", item.text);
            writer.member("type", "function_call_output");
            break;
    }
    writer.end_object();
}

}  // namespace

void write_response_input(JsonWriter& writer, const ResponseInput& input) {
    if (const auto* text = std::get_if<std::string>(&input)) {
        if (text->empty() && !writer.is_replaced("input")) writer.fail("input", "is empty");
        return writer.member("input", *text);
    }
    const auto& items = std::get<std::vector<ResponseInputItem>>(input);
    if (items.empty() && !writer.is_replaced("input")) writer.fail("input", "is empty");
    if (!writer.key("input")) return;
    writer.begin_array();
    for (std::size_t i = 0; i < items.size(); ++i) {
        const JsonWriter::Scope scope(writer, "input", i);
        write_item(writer, items[i]);
    }
    writer.end_array();
}

}  // namespace wire
}  // namespace vllm_client::inline VLLM_CLIENT_ABI
