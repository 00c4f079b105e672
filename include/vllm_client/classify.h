// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vllm_client/completion.h"
#include "vllm_client/message.h"
#include "vllm_client/reply_parts.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

/// Texts, or one conversation, to put into classes. Unset members are not sent.
/// Source: `POST /classify`.
struct ClassifyRequest {
    Prompt input{};                        ///< `[n_inputs]`; this or `messages`.
    std::vector<Message> messages{};       ///< One conversation; the server applies its template.
    std::string model{};                   ///< Empty: the client's, else the server's first.
    std::optional<bool> use_activation{};  ///< False: logits instead of probabilities.
    std::optional<std::int64_t> truncate_prompt_tokens{};  ///< Tokens to keep; −1: what fits.
    std::string truncation_side{};                         ///< "left" or "right".
    std::string padding{};                                 ///< "max_length" or "do_not_pad".
    std::optional<bool> add_special_tokens{};
    std::optional<bool> add_generation_prompt{};   ///< Conversations only.
    std::optional<bool> continue_final_message{};  ///< Conversations only.
    std::string chat_template{};                   ///< Conversations only.
    JsonText chat_template_kwargs{};               ///< Conversations only. Object.
    JsonText media_io_kwargs{};                    ///< Conversations only. Object.
    JsonText mm_processor_kwargs{};                ///< Object.
    std::optional<std::int64_t> priority{};        ///< Lower is earlier.
    std::string request_id{};
    std::string cache_salt{};
    std::string user{};
    JsonText extra{};  ///< Object: further fields, merged in.
};

/// The classes of one input. Source: `data[]`.
struct Classification {
    std::int64_t index{0};       ///< Position of the input.
    std::string label{};         ///< Name of the likeliest class; empty if the model names none.
    std::vector<float> probs{};  ///< `[num_classes]`, in the model's order of classes.
    std::int64_t num_classes{0};
    JsonText extra{};
};

/// The classes of all inputs.
struct ClassifyReply {
    std::string id{};
    std::string model{};
    std::int64_t created{0};             ///< Unix seconds.
    std::vector<Classification> data{};  ///< By index, one for each input.
    Usage usage{};
    JsonText extra{};
    Timing timing{};
    RawReply raw{};
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
