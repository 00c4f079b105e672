// SPDX-License-Identifier: Apache-2.0
#include "wire/response_item.h"

#include <array>
#include <utility>

#include "wire/raw_object.h"
#include "wire/reply_reader.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

std::string ResponseItem::text() const {
    std::string joined;
    for (const ResponseContent& piece : content) {
        if (piece.kind == ResponseContent::Kind::output_text) joined += piece.text;
    }
    return joined;
}

namespace wire {
namespace {

template <class Kind, std::size_t size>
Kind kind_of(const std::string& type,
             const std::array<std::pair<std::string_view, Kind>, size>& all) {
    for (const auto& [word, kind] : all) {
        if (word == type) return kind;
    }
    return Kind::unknown;
}

constexpr std::array<std::pair<std::string_view, ResponseContent::Kind>, 4> content_kinds{{
    {"output_text", ResponseContent::Kind::output_text},
    {"refusal", ResponseContent::Kind::refusal},
    {"reasoning_text", ResponseContent::Kind::reasoning_text},
    {"summary_text", ResponseContent::Kind::summary_text},
}};

constexpr std::array<std::pair<std::string_view, ResponseItem::Kind>, 7> item_kinds{{
    {"message", ResponseItem::Kind::message},
    {"reasoning", ResponseItem::Kind::reasoning},
    {"function_call", ResponseItem::Kind::function_call},
    {"custom_tool_call", ResponseItem::Kind::custom_tool_call},
    {"mcp_call", ResponseItem::Kind::mcp_call},
    {"web_search_call", ResponseItem::Kind::web_search_call},
    {"code_interpreter_call", ResponseItem::Kind::code_interpreter_call},
}};

// Text where the server means text; other values are left to the raw JSON.
std::string text_or_nothing(ondemand::value value) {
    const bool is_text = value.type().value() == ondemand::json_type::string;
    return is_text ? read_text(value) : std::string();
}

JsonText filled_array(ondemand::value value) {
    JsonText json = read_json_text(value);
    return json.text() == "[]" ? JsonText() : json;
}

ResponseContent read_content(ondemand::value value) {
    ResponseContent content;
    const RawObject raw = read_raw_object(value);
    for_each_field(raw.members, [&](std::string_view key, ondemand::value item) {
        if (key == "type") {
            content.type = read_text(item);
        } else if (key == "text" || key == "refusal") {
            content.text = text_or_nothing(item);
        } else if (key == "logprobs") {
            content.logprobs = read_token_logprob_list(item);
        } else if (key == "annotations") {
            content.annotations = filled_array(item);
        }
    });
    content.kind = kind_of(content.type, content_kinds);
    if (content.kind == ResponseContent::Kind::unknown) {
        content = {.type = std::move(content.type),
                   .raw = JsonText::from_checked(std::string(raw.json))};
    }
    return content;
}

std::vector<ResponseContent> read_contents(ondemand::value value) {
    std::vector<ResponseContent> contents;
    for_each_element(value,
                     [&](ondemand::value piece) { contents.push_back(read_content(piece)); });
    return contents;
}

void read_call_field(ResponseItem& item, std::string_view key, ondemand::value value) {
    if (key == "call_id") {
        item.call_id = text_or_nothing(value);
    } else if (key == "name") {
        item.name = text_or_nothing(value);
    } else if (key == "arguments" || key == "input") {
        item.arguments = text_or_nothing(value);
    } else if (key == "output") {
        item.output = text_or_nothing(value);
    } else if (key == "code") {
        item.code = text_or_nothing(value);
    }
}

}  // namespace

ResponseItem read_response_item(ondemand::value value) {
    ResponseItem item;
    const RawObject raw = read_raw_object(value);
    for_each_field(raw.members, [&](std::string_view key, ondemand::value field) {
        const bool is_list = field.type().value() == ondemand::json_type::array;
        if (key == "type") {
            item.type = read_text(field);
        } else if (key == "id") {
            item.id = text_or_nothing(field);
        } else if (key == "status") {
            item.status = text_or_nothing(field);
        } else if (key == "role") {
            item.role = text_or_nothing(field);
        } else if (key == "content") {
            if (is_list) item.content = read_contents(field);
        } else if (key == "summary") {
            if (is_list) item.summary = read_contents(field);
        } else {
            read_call_field(item, key, field);
        }
    });
    item.kind = kind_of(item.type, item_kinds);
    item.complete = item.kind != ResponseItem::Kind::function_call ||
                    check_json(item.arguments) == JsonFault::none;
    item.raw = JsonText::from_checked(std::string(raw.json));
    return item;
}

}  // namespace wire
}  // namespace vllm_client::inline VLLM_CLIENT_ABI
