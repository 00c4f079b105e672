// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/message.h"

#include <span>

#include "vllm_client/chat.h"
#include "wire/base64.h"
#include "wire/json_writer.h"
#include "wire/message_reader.h"
#include "wire/message_writer.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

std::string data_url(std::string_view mime, std::string_view bytes) {
    std::string url = "data:";
    url += mime;
    url += ";base64,";
    return url += base64_text(bytes);
}

std::string base64_text(std::string_view bytes) {
    return wire::encode_base64(std::as_bytes(std::span(bytes)));
}

ContentPart text_part(std::string text) {
    return {.kind = ContentPart::Kind::text, .value = std::move(text)};
}

ContentPart image_url(std::string url, std::string detail) {
    return {
        .kind = ContentPart::Kind::image_url, .value = std::move(url), .detail = std::move(detail)};
}

ContentPart audio_url(std::string url) {
    return {.kind = ContentPart::Kind::audio_url, .value = std::move(url)};
}

ContentPart video_url(std::string url) {
    return {.kind = ContentPart::Kind::video_url, .value = std::move(url)};
}

ContentPart input_audio(std::string base64, std::string format) {
    return {.kind = ContentPart::Kind::input_audio,
            .value = std::move(base64),
            .format = std::move(format)};
}

Message user(std::string content) {
    return {.role = "user", .content = std::move(content)};
}

Message user(std::vector<ContentPart> parts) {
    return {.role = "user", .parts = std::move(parts)};
}

Message system_message(std::string content) {
    return {.role = "system", .content = std::move(content)};
}

Message assistant(std::string content) {
    return {.role = "assistant", .content = std::move(content)};
}

Message tool_result(std::string tool_call_id, std::string content) {
    return {.role = "tool", .content = std::move(content), .tool_call_id = std::move(tool_call_id)};
}

Message to_message(const ChatMessage& answer) {
    Message message{.role = answer.role.empty() ? "assistant" : answer.role,
                    .content = answer.content.empty() ? answer.refusal : answer.content,
                    .tool_calls = answer.tool_calls,
                    .extra = answer.extra};
    if (!answer.reasoning.empty()) message.reasoning = answer.reasoning;
    return message;
}

Result<JsonText> messages_json(const std::vector<Message>& messages) {
    wire::JsonWriter writer;
    wire::write_messages(writer, messages);
    Result<std::string> text = std::move(writer).finish();
    if (!text) return std::move(text).error();
    return JsonText::from_checked(*std::move(text));
}

Result<std::vector<Message>> messages_from_json(const JsonText& json) {
    return wire::read_messages(json);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
