// SPDX-License-Identifier: Apache-2.0
#include "realtime/session_event.h"

#include <string_view>
#include <utility>

#include "wire/base64.h"
#include "wire/error_body.h"
#include "wire/event_error.h"
#include "wire/json_reader.h"
#include "wire/json_writer.h"
#include "wire/reply_body.h"
#include "wire/reply_reader.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::realtime {
namespace {

namespace ondemand = wire::ondemand;

// An event's members before its type, which may come last, says which of them count.
struct Members {
    std::optional<std::string> type{};
    std::optional<std::string> delta{};
    std::optional<std::string> text{};
    std::optional<Usage> usage{};
    std::string code{};
    std::string id{};
};

// Other servers' events may use the same names for other things: read only what fits.
std::string text_if_any(ondemand::value value) {
    return value.type().value() == ondemand::json_type::string ? wire::read_text(value)
                                                               : std::string();
}

Members read_members(ondemand::object object) {
    Members members;
    wire::for_each_field(object, [&members](std::string_view key, ondemand::value value) {
        if (key == "type") {
            members.type = text_if_any(value);
        } else if (key == "delta") {
            members.delta = text_if_any(value);
        } else if (key == "text") {
            members.text = text_if_any(value);
        } else if (key == "code") {
            members.code = text_if_any(value);
        } else if (key == "id") {
            members.id = text_if_any(value);
        } else if (key == "usage" && value.type().value() == ondemand::json_type::object) {
            members.usage = wire::read_usage(value);
        }
    });
    return members;
}

RealtimeEvent event_from(Members members, std::string_view json) {
    wire::require(members.type && !members.type->empty(), "type");
    RealtimeEvent event;
    event.type = *std::move(members.type);
    if (event.type == "session.created") {
        event.kind = RealtimeEventKind::session_created;
        event.session_id = std::move(members.id);
    } else if (event.type == "transcription.delta") {
        wire::require(members.delta.has_value(), "delta");
        event.kind = RealtimeEventKind::delta;
        event.text = *std::move(members.delta);
    } else if (event.type == "transcription.done") {
        wire::require(members.text.has_value(), "text");
        event.kind = RealtimeEventKind::done;
        event.text = *std::move(members.text);
        event.usage = std::move(members.usage);
    } else if (event.type == "error") {
        event.kind = RealtimeEventKind::error;
        event.error = wire::read_server_error(json);
        if (event.error.code.empty()) event.error.code = std::move(members.code);
    }
    return event;
}

}  // namespace

Result<std::string> session_update(const std::string& model, const JsonText& extra) {
    wire::JsonWriter writer;
    writer.begin_object(&extra);
    writer.member("model", model);
    writer.member("type", "session.update");
    writer.end_object();
    return std::move(writer).finish();
}

std::string audio_append(std::span<const std::byte> pcm) {
    std::string message = R"({"audio":")";
    message += wire::encode_base64(pcm);
    message += R"(","type":"input_audio_buffer.append"})";
    return message;
}

std::string audio_commit(bool final) {
    return final ? R"({"final":true,"type":"input_audio_buffer.commit"})"
                 : R"({"type":"input_audio_buffer.commit"})";
}

Result<RealtimeEvent> read_session_event(std::string json) {
    const std::size_t size = json.size();
    wire::pad(json);
    const std::string_view text(json.data(), size);
    auto event = wire::with_parser(size, [text](ondemand::parser& parser) {
        return wire::read_json<RealtimeEvent>(
            parser, text, "realtime event", [text](ondemand::object object) {
                return Result<RealtimeEvent>(event_from(read_members(object), text));
            });
    });
    if (event) event->json = std::move(json);
    return event;
}

Error event_error(const RealtimeEvent& event) {
    std::string padded = event.json;
    wire::pad(padded);
    Error error = wire::read_event_error(padded);
    error.server = event.error;
    return error;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::realtime
