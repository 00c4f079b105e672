// SPDX-License-Identifier: Apache-2.0
#include "wire/message_reader.h"

#include <array>

#include "wire/json_grammar.h"
#include "wire/reply_body.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

using Kind = ContentPart::Kind;

constexpr std::array<std::pair<std::string_view, Kind>, 5> part_kinds{
    {{"text", Kind::text},
     {"image_url", Kind::image_url},
     {"audio_url", Kind::audio_url},
     {"video_url", Kind::video_url},
     {"input_audio", Kind::input_audio}}};

Kind part_kind(std::string_view type) {
    for (const auto& [name, kind] : part_kinds) {
        if (name == type) return kind;
    }
    return Kind::raw;
}

bool is(ondemand::value& value, ondemand::json_type type) {
    return value.type().value() == type;
}

/// A part being read: `kind` and `holder` (the kind of the member that holds its content) must end
/// up equal, or the part is none we have a type for.
struct PartDraft {
    ContentPart part{};
    Kind kind{Kind::raw};
    Kind holder{Kind::raw};
    bool known{true};  // every member so far has its place in `part`
};

void read_holder(PartDraft& draft, ondemand::value item) {
    const bool audio = draft.holder == Kind::input_audio;
    if (is(item, ondemand::json_type::string)) {
        draft.known = draft.known && !audio;
        draft.part.value = read_text(item);
        return;
    }
    if (draft.holder == Kind::text || !is(item, ondemand::json_type::object)) {
        draft.known = false;
        return;
    }
    for_each_field(item.get_object().value(), [&](std::string_view key, ondemand::value field) {
        const bool text = is(field, ondemand::json_type::string);
        if (text && key == (audio ? "data" : "url")) {
            draft.part.value = read_text(field);
        } else if (text && key == (audio ? "format" : "detail")) {
            (audio ? draft.part.format : draft.part.detail) = read_text(field);
        } else if (!is_null(field)) {
            draft.known = false;
        }
    });
}

void read_part_member(PartDraft& draft, std::string_view key, ondemand::value item) {
    if (key == "type" && is(item, ondemand::json_type::string)) {
        draft.kind = part_kind(read_text(item));
    } else if (key == "uuid" && is(item, ondemand::json_type::string)) {
        draft.part.uuid = read_text(item);
    } else if (part_kind(key) != Kind::raw && draft.holder == Kind::raw) {
        draft.holder = part_kind(key);
        read_holder(draft, item);
    } else if (!is_null(item)) {
        draft.known = false;
    }
}

ContentPart read_part(ondemand::value value) {
    if (is(value, ondemand::json_type::string)) return text_part(read_text(value));
    ondemand::object object = value.get_object().value();
    const std::string_view json = trim_json(object.raw_json().value());
    object.reset().value();
    PartDraft draft;
    for_each_field(object, [&](std::string_view key, ondemand::value item) {
        read_part_member(draft, key, item);
    });
    const bool lost_uuid = draft.kind == Kind::text && !draft.part.uuid.empty();
    if (!draft.known || lost_uuid || draft.kind != draft.holder || draft.kind == Kind::raw) {
        return {.kind = Kind::raw, .raw = JsonText::from_checked(std::string(json))};
    }
    draft.part.kind = draft.kind;
    return std::move(draft.part);
}

void read_content(Message& message, ondemand::value value) {
    if (!is(value, ondemand::json_type::array)) {
        message.content = read_text(value);
        return;
    }
    for_each_element(value,
                     [&](ondemand::value part) { message.parts.push_back(read_part(part)); });
}

}  // namespace

ToolCall read_tool_call(ondemand::value value) {
    ToolCall call;
    for_each_field(value.get_object().value(), [&](std::string_view key, ondemand::value item) {
        if (key == "id") {
            call.id = read_text(item);
        } else if (key == "function" && !is_null(item)) {
            for_each_field(item.get_object().value(),
                           [&](std::string_view name, ondemand::value field) {
                               if (name == "name") call.name = read_text(field);
                               if (name != "arguments") return;
                               call.arguments = is(field, ondemand::json_type::object)
                                                    ? std::string(raw_json(field))
                                                    : read_text(field);
                           });
        }
    });
    call.complete = check_json(call.arguments) == JsonFault::none;
    return call;
}

Message read_message(ondemand::value value) {
    Message message{.role = {}};
    ExtraFields extra;
    for_each_field(value.get_object().value(), [&](std::string_view key, ondemand::value item) {
        if (is_null(item)) return;
        if (key == "role") {
            message.role = read_text(item);
        } else if (key == "content") {
            read_content(message, item);
        } else if (key == "name") {
            message.name = read_text(item);
        } else if (key == "tool_call_id") {
            message.tool_call_id = read_text(item);
        } else if (key == "reasoning" || key == "reasoning_content") {
            message.reasoning = read_text(item);
        } else if (key == "tool_calls") {
            for_each_element(item, [&](ondemand::value call) {
                message.tool_calls.push_back(read_tool_call(call));
            });
        } else {
            extra.add(key, item);
        }
    });
    require(!message.role.empty(), "role");
    message.extra = extra.take();
    return message;
}

Result<std::vector<Message>> read_messages(const JsonText& json) {
    constexpr std::string_view what = "conversation";
    if (json.kind() != JsonText::Kind::array) {
        return decode_error(what, {}, {{}, "expected a JSON array of messages"});
    }
    // The reader takes objects; the name also begins the path of a failure.
    std::string object = R"({"messages":)" + json.text() + "}";
    pad(object);
    return with_parser(object.size(), [&](ondemand::parser& parser) {
        return read_json<std::vector<Message>>(parser, object, what, [](ondemand::object read) {
            std::vector<Message> messages;
            for_each_field(read, [&](std::string_view, ondemand::value list) {
                for_each_element(list, [&](ondemand::value message) {
                    messages.push_back(read_message(message));
                });
            });
            return messages;
        });
    });
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
