// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vllm_client/export.h"
#include "vllm_client/json_text.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

/// One block of a message's content, in requests and replies alike: a reply's content can be handed
/// back as it is. Make it with the functions below. Source: `content[]` of `POST /v1/messages`.
struct AnthropicBlock {
    enum class Kind : std::uint8_t {
        text,
        image,
        tool_use,
        tool_result,
        thinking,
        redacted_thinking,
        raw  ///< Any other; replies: of a type not in this list.
    };
    Kind kind{Kind::text};
    std::string text{};        ///< text, thinking; tool_result: the result if `content` is empty.
    std::string url{};         ///< image: where the server finds it; wins over `data`.
    std::string media_type{};  ///< image as bytes: e.g. "image/png".
    std::string data{};        ///< image as bytes: base64. redacted_thinking: opaque text.
    std::string id{};          ///< tool_use: echo it in the result. tool_result: the call answered.
    std::string name{};        ///< tool_use: which tool.
    /// tool_use: arguments, an object. Of a stream cut short: what came of it, then not valid().
    JsonText input{};
    std::string signature{};                ///< thinking
    std::optional<bool> is_error{};         ///< tool_result
    std::vector<AnthropicBlock> content{};  ///< tool_result: texts and images; wins over `text`.
    JsonText cache_control{};               ///< Requests: object; vLLM ignores it.
    JsonText raw{};                         ///< Kind raw: the whole block.
};

/// Text as a block.
[[nodiscard]] VLLM_CLIENT_EXPORT AnthropicBlock text_block(std::string text);
/// An image the server fetches.
[[nodiscard]] VLLM_CLIENT_EXPORT AnthropicBlock image_url_block(std::string url);
/// An image's bytes, already base64, and their type, e.g. "image/png".
[[nodiscard]] VLLM_CLIENT_EXPORT AnthropicBlock image_block(std::string media_type,
                                                            std::string base64);
/// The result of the tool_use block with this id.
[[nodiscard]] VLLM_CLIENT_EXPORT AnthropicBlock tool_result_block(std::string tool_use_id,
                                                                  std::string result,
                                                                  bool is_error = false);

/// One turn of a conversation. Source: `messages[]`.
struct AnthropicMessage {
    std::string role{"user"};               ///< user, assistant or system.
    std::string text{};                     ///< Used if `content` is empty.
    std::vector<AnthropicBlock> content{};  ///< Wins over `text`.
    JsonText extra{};                       ///< Object: further fields, merged in.
};

/// A user's turn.
[[nodiscard]] VLLM_CLIENT_EXPORT AnthropicMessage anthropic_user(std::string text);
/// A user's turn of several blocks, e.g. tool results.
[[nodiscard]] VLLM_CLIENT_EXPORT AnthropicMessage
anthropic_user(std::vector<AnthropicBlock> content);
/// An earlier answer of the model.
[[nodiscard]] VLLM_CLIENT_EXPORT AnthropicMessage anthropic_assistant(std::string text);
/// An earlier answer of the model, as it came.
[[nodiscard]] VLLM_CLIENT_EXPORT AnthropicMessage
anthropic_assistant(std::vector<AnthropicBlock> content);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
