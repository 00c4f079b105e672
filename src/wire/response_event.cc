// SPDX-License-Identifier: Apache-2.0
#include "wire/response_event.h"

#include <array>
#include <string>
#include <utility>

#include "wire/event_error.h"
#include "wire/json_slices.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

using Kind = ResponseEvent::Kind;

struct NamedKind {
    std::string_view name;  // without "response."
    Kind kind;
};

// The frequent ones first.
constexpr std::array kinds{
    NamedKind{"output_text.delta", Kind::output_text_delta},
    NamedKind{"reasoning_text.delta", Kind::reasoning_text_delta},
    NamedKind{"function_call_arguments.delta", Kind::function_call_arguments_delta},
    NamedKind{"reasoning_summary_text.delta", Kind::reasoning_summary_text_delta},
    NamedKind{"custom_tool_call_input.delta", Kind::custom_tool_call_input_delta},
    NamedKind{"mcp_call_arguments.delta", Kind::mcp_call_arguments_delta},
    NamedKind{"code_interpreter_call_code.delta", Kind::code_interpreter_call_code_delta},
    NamedKind{"refusal.delta", Kind::refusal_delta},
    NamedKind{"output_text.done", Kind::output_text_done},
    NamedKind{"output_text.annotation.added", Kind::output_text_annotation_added},
    NamedKind{"reasoning_text.done", Kind::reasoning_text_done},
    NamedKind{"reasoning_part.added", Kind::reasoning_part_added},
    NamedKind{"reasoning_part.done", Kind::reasoning_part_done},
    NamedKind{"reasoning_summary_text.done", Kind::reasoning_summary_text_done},
    NamedKind{"reasoning_summary_part.added", Kind::reasoning_summary_part_added},
    NamedKind{"reasoning_summary_part.done", Kind::reasoning_summary_part_done},
    NamedKind{"refusal.done", Kind::refusal_done},
    NamedKind{"function_call_arguments.done", Kind::function_call_arguments_done},
    NamedKind{"custom_tool_call_input.done", Kind::custom_tool_call_input_done},
    NamedKind{"mcp_call_arguments.done", Kind::mcp_call_arguments_done},
    NamedKind{"mcp_call.in_progress", Kind::mcp_call_in_progress},
    NamedKind{"mcp_call.completed", Kind::mcp_call_completed},
    NamedKind{"mcp_call.failed", Kind::mcp_call_failed},
    NamedKind{"mcp_list_tools.in_progress", Kind::mcp_list_tools_in_progress},
    NamedKind{"mcp_list_tools.completed", Kind::mcp_list_tools_completed},
    NamedKind{"mcp_list_tools.failed", Kind::mcp_list_tools_failed},
    NamedKind{"web_search_call.in_progress", Kind::web_search_call_in_progress},
    NamedKind{"web_search_call.searching", Kind::web_search_call_searching},
    NamedKind{"web_search_call.completed", Kind::web_search_call_completed},
    NamedKind{"code_interpreter_call.in_progress", Kind::code_interpreter_call_in_progress},
    NamedKind{"code_interpreter_call.interpreting", Kind::code_interpreter_call_interpreting},
    NamedKind{"code_interpreter_call.completed", Kind::code_interpreter_call_completed},
    NamedKind{"code_interpreter_call_code.done", Kind::code_interpreter_call_code_done},
    NamedKind{"content_part.added", Kind::content_part_added},
    NamedKind{"content_part.done", Kind::content_part_done},
    NamedKind{"output_item.added", Kind::output_item_added},
    NamedKind{"output_item.done", Kind::output_item_done},
    NamedKind{"created", Kind::created},
    NamedKind{"queued", Kind::queued},
    NamedKind{"in_progress", Kind::in_progress},
    NamedKind{"completed", Kind::completed},
    NamedKind{"incomplete", Kind::incomplete},
    NamedKind{"failed", Kind::failed},
};

// The texts of one item that may be cut into pieces, told apart for the joiner.
TextPart part_of(const ResponseEvent& event) noexcept {
    TextPart part{event.output_index, TextPart::Field::content, event.content_index};
    if (event.kind == Kind::function_call_arguments_delta) part.field = TextPart::Field::arguments;
    if (event.kind == Kind::reasoning_text_delta) part.field = TextPart::Field::reasoning;
    return part;
}

// The member of an object as JSON, or nothing.
std::string member(const std::string& object, std::string_view name) {
    std::string found;
    (void)for_each_member(object, [&](const std::string& key, std::string_view value) {
        if (key == name) found = value;
    });
    return found;
}

// Other servers put the error of a failed response into the response.
Error failure_of(std::string_view json) {
    std::string error = member(member(std::string(json), "response"), "error");
    std::string body = R"({"error":)" + (error.empty() ? "null" : error) + "}";
    pad(body);
    return read_event_error(body);
}

bool is_string(ondemand::value& value) {
    return value.type().value() == ondemand::json_type::string;
}

bool is_number(ondemand::value& value) {
    return value.type().value() == ondemand::json_type::number;
}

}  // namespace

Kind response_event_kind(std::string_view type) noexcept {
    constexpr std::string_view prefix = "response.";
    if (!type.starts_with(prefix)) return Kind::unknown;
    type.remove_prefix(prefix.size());
    for (const NamedKind& named : kinds) {
        if (named.name == type) return named.kind;
    }
    return Kind::unknown;
}

Result<ResponseEvent> ResponseEventReader::read(const SseEvent& event) {
    event_ = {};
    event_.json = event.data;
    found_ = {};
    Result<void> done = parser_.read(event.data, [&](ondemand::object&& members) {
        read_members(std::move(members));
        if (event_.type.empty()) event_.type = event.type;
        event_.kind = response_event_kind(event_.type);
        // In here, where a text with broken escapes becomes an error.
        if (!found_.delta.empty() && !found_.has_error && event_.kind != Kind::failed) {
            event_.delta = parser_.text(found_.delta, part_of(event_), false, joiner_);
        }
    });
    if (!done) return std::move(done).error();
    if (event_.kind == Kind::failed) return failure_of(event.data);
    const bool is_error =
        event_.type == "error" || (event_.type.empty() && is_flat_error(event.data));
    if (found_.has_error || is_error) return read_event_error(event.data);
    return event_;
}

void ResponseEventReader::read_members(ondemand::object&& event) {
    visit_fields(std::move(event), [this](EventKey key, ondemand::value& value) {
        if (key.is("delta")) {
            if (is_string(value)) found_.delta = raw_string(value);
        } else if (key.is("type")) {
            if (is_string(value)) event_.type = parser_.text(raw_string(value));
        } else if (key.is("sequence_number")) {
            if (is_number(value)) event_.sequence_number = read_integer(value);
        } else if (key.is("output_index")) {
            if (is_number(value)) event_.output_index = read_integer(value);
        } else if (key.is("content_index")) {
            if (is_number(value)) event_.content_index = read_integer(value);
        } else if (key.is("item_id")) {
            if (is_string(value)) event_.item_id = parser_.text(raw_string(value));
        } else if (key.is("item")) {
            read_item(value);
        } else if (key.is("text") || key.is("arguments") || key.is("refusal") || key.is("input") ||
                   key.is("code")) {
            if (is_string(value)) event_.whole = parser_.text(raw_string(value));
        } else if (key.is("name")) {
            if (is_string(value)) event_.name = parser_.text(raw_string(value));
        } else if (key.is("error")) {
            found_.has_error = !is_null(value);
        }
    });
}

void ResponseEventReader::read_item(ondemand::value& value) {
    if (value.type().value() != ondemand::json_type::object) return;
    visit_fields(value, [this](EventKey key, ondemand::value& field) {
        if (!is_string(field)) return;
        if (key.is("id")) {
            event_.item_id = parser_.text(raw_string(field));
        } else if (key.is("type")) {
            event_.item_type = parser_.text(raw_string(field));
        } else if (key.is("call_id")) {
            event_.call_id = parser_.text(raw_string(field));
        } else if (key.is("name")) {
            event_.name = parser_.text(raw_string(field));
        }
    });
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
