// SPDX-License-Identifier: Apache-2.0
#include "wire/anthropic_block.h"

#include <string>
#include <utility>

#include "wire/raw_object.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

AnthropicBlock text_block(std::string text) {
    return {.kind = AnthropicBlock::Kind::text, .text = std::move(text)};
}

AnthropicBlock image_url_block(std::string url) {
    return {.kind = AnthropicBlock::Kind::image, .url = std::move(url)};
}

AnthropicBlock image_block(std::string media_type, std::string base64) {
    return {.kind = AnthropicBlock::Kind::image,
            .media_type = std::move(media_type),
            .data = std::move(base64)};
}

AnthropicBlock tool_result_block(std::string tool_use_id, std::string result, bool is_error) {
    AnthropicBlock block{.kind = AnthropicBlock::Kind::tool_result,
                         .text = std::move(result),
                         .id = std::move(tool_use_id)};
    if (is_error) block.is_error = true;
    return block;
}

AnthropicMessage anthropic_user(std::string text) {
    return {.role = "user", .text = std::move(text)};
}

AnthropicMessage anthropic_user(std::vector<AnthropicBlock> content) {
    return {.role = "user", .content = std::move(content)};
}

AnthropicMessage anthropic_assistant(std::string text) {
    return {.role = "assistant", .text = std::move(text)};
}

AnthropicMessage anthropic_assistant(std::vector<AnthropicBlock> content) {
    return {.role = "assistant", .content = std::move(content)};
}

namespace wire {
namespace {

using Kind = AnthropicBlock::Kind;

void write_source(JsonWriter& writer, const AnthropicBlock& block) {
    if (!writer.key("source")) return;
    writer.begin_object();
    if (block.url.empty()) {
        if (block.data.empty()) writer.fail("data", "is empty");
        writer.member("data", block.data);
        writer.member("media_type", block.media_type);
        writer.member("type", "base64");
    } else {
        writer.member("type", "url");
        writer.member("url", block.url);
    }
    writer.end_object();
}

void write_tool_use(JsonWriter& writer, const AnthropicBlock& block) {
    writer.member("id", block.id);
    if (block.input.empty()) {
        writer.member("input", JsonText("{}"));
    } else {
        if (!block.input.is_object()) writer.fail("input", "must be a JSON object");
        writer.member("input", block.input);
    }
    if (block.name.empty()) writer.fail("name", "is empty");
    writer.member("name", block.name);
    writer.member("type", "tool_use");
}

void write_tool_result(JsonWriter& writer, const AnthropicBlock& block) {
    if (block.content.empty()) {
        writer.member("content", block.text);
    } else if (writer.key("content")) {
        write_anthropic_blocks(writer, block.content, "content");
    }
    writer.member_if("is_error", block.is_error);
    if (block.id.empty()) writer.fail("id", "is empty");
    writer.member("tool_use_id", block.id);
    writer.member("type", "tool_result");
}

void write_block(JsonWriter& writer, const AnthropicBlock& block) {
    if (block.kind == Kind::raw) {
        if (!block.raw.is_object()) writer.fail("raw", "must be a JSON object");
        return writer.value(block.raw);
    }
    writer.begin_object();
    writer.member_if("cache_control", block.cache_control);
    switch (block.kind) {
        case Kind::text:
            writer.member("text", block.text);
            writer.member("type", "text");
            break;
        case Kind::image:
            write_source(writer, block);
            writer.member("type", "image");
            break;
        case Kind::tool_use:
            write_tool_use(writer, block);
            break;
        case Kind::tool_result:
            write_tool_result(writer, block);
            break;
        case Kind::thinking:
            writer.member_if("signature", block.signature);
            writer.member("thinking", block.text);
            writer.member("type", "thinking");
            break;
        default:
            writer.member("data", block.data);
            writer.member("type", "redacted_thinking");
            break;
    }
    writer.end_object();
}

// A type that a model answers with. Others are kept as they are.
Kind kind_from(const std::string& type) {
    if (type == "text") return Kind::text;
    if (type == "tool_use") return Kind::tool_use;
    if (type == "thinking") return Kind::thinking;
    if (type == "redacted_thinking") return Kind::redacted_thinking;
    return Kind::raw;
}

}  // namespace

void write_anthropic_blocks(JsonWriter& writer, const std::vector<AnthropicBlock>& blocks,
                            std::string_view field) {
    writer.begin_array();
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const JsonWriter::Scope scope(writer, field, i);
        write_block(writer, blocks[i]);
    }
    writer.end_array();
}

AnthropicBlock read_anthropic_block(ondemand::value value) {
    AnthropicBlock block;
    std::string type;
    const RawObject raw = read_raw_object(value);
    for_each_field(raw.members, [&](std::string_view key, ondemand::value item) {
        const bool is_text = item.type().value() == ondemand::json_type::string;
        if (key == "input") {
            block.input = read_json_text(item);
        } else if (!is_text) {
            return;
        } else if (key == "type") {
            type = read_text(item);
        } else if (key == "text" || key == "thinking") {
            block.text = read_text(item);
        } else if (key == "id") {
            block.id = read_text(item);
        } else if (key == "name") {
            block.name = read_text(item);
        } else if (key == "signature") {
            block.signature = read_text(item);
        } else if (key == "data") {
            block.data = read_text(item);
        }
    });
    block.kind = kind_from(type);
    if (block.kind == Kind::raw) {
        return {.kind = Kind::raw, .raw = JsonText::from_checked(std::string(raw.json))};
    }
    return block;
}

}  // namespace wire
}  // namespace vllm_client::inline VLLM_CLIENT_ABI
