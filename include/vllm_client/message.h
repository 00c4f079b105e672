// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vllm_client/export.h"
#include "vllm_client/json_text.h"
#include "vllm_client/result.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

/// One piece of a message: text, or media by URL or as bytes. Make it with the functions below.
/// Source: `content` parts of `POST /v1/chat/completions`.
struct ContentPart {
    enum class Kind : std::uint8_t { text, image_url, audio_url, video_url, input_audio, raw };
    Kind kind{Kind::text};
    /// Kind text: the text. Kinds *_url: an `http(s)://` or `data:` URL the server can fetch. Kind
    /// input_audio: base64 of the audio file.
    std::string value{};
    std::string detail{};  ///< image_url: "low", "high" or "auto"; empty: left out.
    std::string format{};  ///< input_audio: "wav", "mp3", …
    std::string uuid{};    ///< Media: stable id for the server's media cache; empty: left out.
    JsonText raw{};        ///< Kind raw: the whole part as JSON, for kinds not listed here.
};

/// A `data:` URL that holds the bytes themselves. Cost: one pass at gigabytes a second.
[[nodiscard]] VLLM_CLIENT_EXPORT std::string data_url(std::string_view mime,
                                                      std::string_view bytes);
/// Base64 (RFC 4648, padded) of some bytes, e.g. for input_audio().
[[nodiscard]] VLLM_CLIENT_EXPORT std::string base64_text(std::string_view bytes);

/// Text as a part.
[[nodiscard]] VLLM_CLIENT_EXPORT ContentPart text_part(std::string text);
/// An image the server fetches, or a `data:image/…;base64,` URL.
[[nodiscard]] VLLM_CLIENT_EXPORT ContentPart image_url(std::string url, std::string detail = {});
/// Audio the server fetches.
[[nodiscard]] VLLM_CLIENT_EXPORT ContentPart audio_url(std::string url);
/// A video the server fetches.
[[nodiscard]] VLLM_CLIENT_EXPORT ContentPart video_url(std::string url);
/// Audio bytes, already base64, and their file format.
[[nodiscard]] VLLM_CLIENT_EXPORT ContentPart input_audio(std::string base64, std::string format);

/// A tool call made by the model. Source: `tool_calls[]`.
struct ToolCall {
    std::string id{};         ///< Echo it in the tool's answer.
    std::string name{};       ///< Function name.
    std::string arguments{};  ///< JSON text as the model wrote it; may be invalid or cut short.
    /// True if `arguments` parses as JSON. Filled when a reply is read or collected.
    bool complete{true};
};

/// One message of a conversation. Make it with user(), system_message(), assistant(), tool_result()
/// …
struct Message {
    std::string role{"user"};            ///< system, developer, user, assistant, tool, or custom.
    std::string content{};               ///< Text; used if `parts` is empty.
    std::vector<ContentPart> parts{};    ///< Mixed content; wins over `content`.
    std::string name{};                  ///< Optional participant name.
    std::vector<ToolCall> tool_calls{};  ///< assistant: calls it made.
    std::string tool_call_id{};          ///< tool: the call this answers.
    std::optional<std::string> reasoning{};  ///< assistant: reasoning to hand back.
    JsonText extra{};                        ///< Object: further fields, merged in.
};

/// A user's message.
[[nodiscard]] VLLM_CLIENT_EXPORT Message user(std::string content);
/// A user's message of several parts.
[[nodiscard]] VLLM_CLIENT_EXPORT Message user(std::vector<ContentPart> parts);
/// A system prompt. Not called `system`: with a using-directive, a literal would reach the C
/// library's function of that name and be run by the shell.
[[nodiscard]] VLLM_CLIENT_EXPORT Message system_message(std::string content);
/// An earlier answer of the model.
[[nodiscard]] VLLM_CLIENT_EXPORT Message assistant(std::string content);
/// The answer of a tool to the call with this id.
[[nodiscard]] VLLM_CLIENT_EXPORT Message tool_result(std::string tool_call_id, std::string content);

/// The conversation as JSON, an array in the form of `messages` of `POST /v1/chat/completions`, the
/// same bytes for the same messages. A `config` error names the member that cannot be written.
[[nodiscard]] VLLM_CLIENT_EXPORT Result<JsonText> messages_json(
    const std::vector<Message>& messages);
/// The conversation in such an array, from wherever it was kept. Members and parts of no known form
/// are kept (Message::extra, ContentPart::raw), except those of tool calls beside id, name and
/// arguments; null members count as absent. A `decode` error names the message and member.
[[nodiscard]] VLLM_CLIENT_EXPORT Result<std::vector<Message>> messages_from_json(
    const JsonText& json);

/// A function the model may call. Source: `tools[]`.
struct Tool {
    std::string name{};            ///< Required.
    std::string description{};     ///< What it does, for the model.
    JsonText parameters{};         ///< JSON schema of the arguments.
    std::optional<bool> strict{};  ///< Ask the server to enforce the schema.
    JsonText extra{};              ///< Object: further fields of `function`.
};

/// Which tool the model may or must call. Source: `tool_choice`.
struct ToolChoice {
    enum class Kind : std::uint8_t { unset, none, automatic, required, function };
    Kind kind{Kind::unset};
    std::string name{};  ///< Kind function: which one.
};

/// Constrains the answer's form. Exactly one of json, regex, choice, grammar, json_object or
/// structural_tag. Source: vLLM's `structured_outputs`.
struct StructuredOutput {
    JsonText json{};                    ///< A JSON schema.
    std::string regex{};                ///< A regular expression.
    std::vector<std::string> choice{};  ///< One of these texts.
    std::string grammar{};              ///< A grammar in EBNF.
    bool json_object{false};            ///< Any JSON object.
    JsonText structural_tag{};          ///< Tags with schemas.
    std::optional<bool> disable_any_whitespace{};
    std::optional<bool> disable_additional_properties{};
    std::string whitespace_pattern{};
};

/// OpenAI's form of the same. Source: `response_format`.
struct ResponseFormat {
    enum class Kind : std::uint8_t { unset, text, json_object, json_schema, raw };
    Kind kind{Kind::unset};
    std::string name{};            ///< json_schema: required name.
    JsonText schema{};             ///< json_schema: the schema.
    std::string description{};     ///< json_schema: optional.
    std::optional<bool> strict{};  ///< json_schema: optional.
    JsonText raw{};                ///< Kind raw: the whole object, e.g. a structural tag.
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
