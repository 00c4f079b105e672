// SPDX-License-Identifier: Apache-2.0
#include "wire/response_reply.h"

#include <array>
#include <utility>

#include "wire/raw_object.h"
#include "wire/reply_body.h"
#include "wire/response_item.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

std::string_view to_string(ResponseStatus status) noexcept {
    switch (status) {
        case ResponseStatus::queued:
            return "queued";
        case ResponseStatus::in_progress:
            return "in_progress";
        case ResponseStatus::completed:
            return "completed";
        case ResponseStatus::incomplete:
            return "incomplete";
        case ResponseStatus::failed:
            return "failed";
        case ResponseStatus::cancelled:
            return "cancelled";
        case ResponseStatus::other:
            break;
    }
    return "other";
}

std::string ResponseReply::text() const {
    std::string joined;
    for (const ResponseItem& item : output) {
        if (item.kind == ResponseItem::Kind::message) joined += item.text();
    }
    return joined;
}

std::vector<ToolCall> ResponseReply::tool_calls() const {
    std::vector<ToolCall> calls;
    for (const ResponseItem& item : output) {
        if (item.kind != ResponseItem::Kind::function_call) continue;
        calls.push_back({.id = item.call_id,
                         .name = item.name,
                         .arguments = item.arguments,
                         .complete = item.complete});
    }
    return calls;
}

namespace wire {
namespace {

ResponseStatus status_from(std::string_view word) noexcept {
    static constexpr std::array known{ResponseStatus::queued,    ResponseStatus::in_progress,
                                      ResponseStatus::completed, ResponseStatus::incomplete,
                                      ResponseStatus::failed,    ResponseStatus::cancelled};
    for (const ResponseStatus status : known) {
        if (to_string(status) == word) return status;
    }
    return ResponseStatus::other;
}

// The member `name` of an object that may be null.
template <class F>
void read_member(ondemand::value object, std::string_view name, F&& read) {
    if (is_null(object)) return;
    for_each_field(object.get_object().value(), [&](std::string_view key, ondemand::value value) {
        if (key == name) read(value);
    });
}

Usage read_usage(ondemand::value value) {
    Usage usage;
    ExtraFields extra;
    bool has_total = false;
    for_each_field(value.get_object().value(), [&](std::string_view key, ondemand::value item) {
        if (key == "input_tokens") {
            usage.prompt_tokens = read_integer(item);
        } else if (key == "output_tokens") {
            usage.completion_tokens = read_integer(item);
        } else if (key == "total_tokens") {
            has_total = true;
            usage.total_tokens = read_integer(item);
        } else if (key == "input_tokens_details") {
            read_member(item, "cached_tokens", [&](ondemand::value tokens) {
                usage.cached_tokens = read_optional_integer(tokens);
            });
        } else if (key == "output_tokens_details") {
            read_member(item, "reasoning_tokens", [&](ondemand::value tokens) {
                usage.reasoning_tokens = read_optional_integer(tokens);
            });
        } else if (!is_null(item)) {
            extra.add(key, item);
        }
    });
    if (!has_total) usage.total_tokens = usage.prompt_tokens + usage.completion_tokens;
    usage.extra = extra.take();
    return usage;
}

// Where a member of each type goes. Members with a form of their own are in read_special().
struct TextField {
    std::string_view name;
    std::string ResponseReply::*member;
};
constexpr std::array text_fields{
    TextField{"id", &ResponseReply::id},
    TextField{"model", &ResponseReply::model},
    TextField{"previous_response_id", &ResponseReply::previous_response_id},
    TextField{"service_tier", &ResponseReply::service_tier},
    TextField{"truncation", &ResponseReply::truncation},
    TextField{"user", &ResponseReply::user},
};

struct JsonField {
    std::string_view name;
    JsonText ResponseReply::*member;
};
constexpr std::array json_fields{
    JsonField{"error", &ResponseReply::error},
    JsonField{"metrics", &ResponseReply::metrics},
    JsonField{"tool_choice", &ResponseReply::tool_choice},
    JsonField{"tools", &ResponseReply::tools},
    JsonField{"text", &ResponseReply::text_config},
    JsonField{"reasoning", &ResponseReply::reasoning},
    JsonField{"prompt", &ResponseReply::prompt},
    JsonField{"metadata", &ResponseReply::metadata},
    JsonField{"kv_transfer_params", &ResponseReply::kv_transfer_params},
    JsonField{"ec_transfer_params", &ResponseReply::ec_transfer_params},
    JsonField{"input_messages", &ResponseReply::input_messages},
    JsonField{"output_messages", &ResponseReply::output_messages},
};

struct IntegerField {
    std::string_view name;
    std::optional<std::int64_t> ResponseReply::*member;
};
constexpr std::array integer_fields{
    IntegerField{"max_output_tokens", &ResponseReply::max_output_tokens},
    IntegerField{"max_tool_calls", &ResponseReply::max_tool_calls},
    IntegerField{"top_logprobs", &ResponseReply::top_logprobs},
};

struct RealField {
    std::string_view name;
    std::optional<double> ResponseReply::*member;
};
constexpr std::array real_fields{
    RealField{"temperature", &ResponseReply::temperature},
    RealField{"top_p", &ResponseReply::top_p},
    RealField{"presence_penalty", &ResponseReply::presence_penalty},
    RealField{"frequency_penalty", &ResponseReply::frequency_penalty},
};

struct FlagField {
    std::string_view name;
    std::optional<bool> ResponseReply::*member;
};
constexpr std::array flag_fields{
    FlagField{"parallel_tool_calls", &ResponseReply::parallel_tool_calls},
    FlagField{"background", &ResponseReply::background},
};

template <class Fields, class Read>
bool read_one_of(const Fields& fields, ResponseReply& reply, std::string_view key,
                 ondemand::value value, Read read) {
    for (const auto& field : fields) {
        if (field.name != key) continue;
        reply.*field.member = read(value);
        return true;
    }
    return false;
}

bool read_plain(ResponseReply& reply, std::string_view key, ondemand::value value) {
    return read_one_of(text_fields, reply, key, value, read_text) ||
           read_one_of(json_fields, reply, key, value, read_json_text) ||
           read_one_of(integer_fields, reply, key, value, read_optional_integer) ||
           read_one_of(real_fields, reply, key, value, read_optional_real) ||
           read_one_of(flag_fields, reply, key, value, read_optional_flag);
}

bool read_special(ResponseReply& reply, std::string_view key, ondemand::value value) {
    if (key == "created_at") {
        reply.created_at = read_integer(value);
    } else if (key == "status") {
        reply.status = status_from(read_text(value));
    } else if (key == "output") {
        for_each_element(
            value, [&](ondemand::value item) { reply.output.push_back(read_response_item(item)); });
    } else if (key == "usage") {
        if (!is_null(value)) reply.usage = read_usage(value);
    } else if (key == "incomplete_details") {
        read_member(value, "reason",
                    [&](ondemand::value reason) { reply.incomplete_reason = read_text(reason); });
    } else if (key == "instructions" && value.type().value() == ondemand::json_type::string) {
        // Some servers echo a list of items, which is left to `extra`.
        reply.instructions = read_text(value);
    } else {
        return key == "object";
    }
    return true;
}

}  // namespace

ResponseReply read_response(ondemand::object object) {
    ResponseReply reply;
    ExtraFields extra;
    bool is_response = false;
    for_each_field(object, [&](std::string_view key, ondemand::value value) {
        is_response |= key == "output" || key == "status";
        if (read_special(reply, key, value) || read_plain(reply, key, value)) return;
        if (!is_null(value)) extra.add(key, value);
    });
    require(is_response, "output");
    reply.extra = extra.take();
    return reply;
}

Result<ResponseReply> read_response_reply(std::string_view padded_body) {
    return read_reply_body<ResponseReply>(padded_body, "response", read_response);
}

}  // namespace wire
}  // namespace vllm_client::inline VLLM_CLIENT_ABI
