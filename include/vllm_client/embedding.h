// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "vllm_client/completion.h"
#include "vllm_client/message.h"
#include "vllm_client/reply_parts.h"
#include "vllm_client/tensor_encoding.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

/// Texts or conversations to turn into vectors: exactly one of `input`, `messages` and
/// `conversations`. Unset members are not sent. Source: `POST /v1/embeddings`.
struct EmbeddingRequest {
    Prompt input{};       ///< `[n_inputs]`; not capped by the server: split very long lists.
    std::string model{};  ///< Empty: the client's, else the server's first.
    EncodingFormat encoding_format{EncodingFormat::base64};
    EmbedDtype embed_dtype{EmbedDtype::float32};
    Endianness endianness{Endianness::native};
    std::optional<std::int64_t> dimensions{};           ///< Only for models trained for it.
    std::vector<Message> messages{};                    ///< One conversation, one vector.
    std::vector<std::vector<Message>> conversations{};  ///< `[n_inputs]`, none empty.
    std::optional<bool> add_generation_prompt{};        ///< Conversations only.
    std::optional<bool> continue_final_message{};       ///< Conversations only.
    std::string chat_template{};                        ///< Conversations only.
    JsonText chat_template_kwargs{};                    ///< Conversations only. Object.
    JsonText media_io_kwargs{};                         ///< Conversations only. Object.
    std::optional<bool> use_activation{};
    std::optional<std::int64_t> truncate_prompt_tokens{};
    std::string truncation_side{};
    std::string padding{};  ///< "max_length" or "do_not_pad".
    std::optional<bool> add_special_tokens{};
    std::optional<std::int64_t> priority{};
    std::string request_id{};
    std::string cache_salt{};
    JsonText mm_processor_kwargs{};
    std::string user{};
    JsonText extra{};  ///< Object: further fields, merged in.
};

/// Vectors in one block. Source: `data[].embedding`.
struct EmbeddingReply {
    std::string id{};
    std::string model{};
    std::int64_t created{0};
    std::vector<float> values{};  ///< `[n_inputs × dim]` float32, row i for input i.
    std::size_t dim{0};           ///< Components of a vector.
    Usage usage{};
    JsonText extra{};
    Timing timing{};
    RawReply raw{};

    /// Number of vectors.
    [[nodiscard]] std::size_t size() const noexcept { return dim == 0 ? 0 : values.size() / dim; }
    /// Vector of input `i`, `[dim]` float32; requires i < size(). Valid as long as the reply.
    [[nodiscard]] std::span<const float> operator[](std::size_t i) const noexcept {
        return std::span<const float>(values).subspan(i * dim, dim);
    }
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
