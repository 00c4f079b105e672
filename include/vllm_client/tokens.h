// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vllm_client/message.h"
#include "vllm_client/reply_parts.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

/// A text, or a conversation, to count and split. Source: `POST /tokenize`.
struct TokenizeRequest {
    std::string prompt{};             ///< Used if `messages` is empty.
    std::vector<Message> messages{};  ///< A conversation; the server applies its template.
    std::string model{};
    std::optional<bool> add_special_tokens{};
    std::optional<bool> return_token_strs{};
    std::vector<Tool> tools{};                     ///< Conversations only.
    std::optional<bool> add_generation_prompt{};   ///< Conversations only.
    std::optional<bool> continue_final_message{};  ///< Conversations only.
    std::string chat_template{};                   ///< Conversations only.
    JsonText chat_template_kwargs{};               ///< Conversations only.
    JsonText media_io_kwargs{};                    ///< Conversations only. Object.
    JsonText mm_processor_kwargs{};                ///< Conversations only. Object.
    JsonText extra{};
};

/// Tokens of a text.
struct TokenizeReply {
    std::int64_t count{0};
    std::int64_t max_model_len{0};          ///< Context length of the model, in tokens.
    std::vector<std::int64_t> tokens{};     ///< `[count]`.
    std::vector<std::string> token_strs{};  ///< `[count]` if asked for, else empty.
    JsonText extra{};
    RawReply raw{};
};

/// Token ids to turn into text. Source: `POST /detokenize`.
struct DetokenizeRequest {
    std::vector<std::int64_t> tokens{};
    std::string model{};
    JsonText extra{};
};

/// The text of token ids.
struct DetokenizeReply {
    std::string prompt{};
    JsonText extra{};
    RawReply raw{};
};

/// What the server's tokenizer is made of. Source: `GET /tokenizer_info`, which a server has only
/// if it runs with `--enable-tokenizer-info-endpoint`.
struct TokenizerInfo {
    std::string tokenizer_class{};
    std::string chat_template{};  ///< Jinja; empty if there is none.
    JsonText info{};              ///< Object: everything, these two included.
    RawReply raw{};
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
