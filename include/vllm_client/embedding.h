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
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

/// How vectors travel. `base64` is exact, a third of the size, and some 20 times cheaper to read.
enum class EncodingFormat : std::uint8_t { base64, float_list };

/// Texts to turn into vectors. Source: `POST /v1/embeddings`.
struct EmbeddingRequest {
    Prompt input{};  ///< `[n_inputs]`; required. Not capped by the server: split very long lists.
    std::string model{};  ///< Empty: the client's, else the server's first.
    EncodingFormat encoding_format{EncodingFormat::base64};
    std::optional<std::int64_t> dimensions{};  ///< Only for models trained for it.
    std::vector<Message> messages{};           ///< Instead of `input`: one conversation.
    std::optional<bool> use_activation{};
    std::optional<std::int64_t> truncate_prompt_tokens{};
    std::string truncation_side{};
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
