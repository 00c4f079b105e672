// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "vllm_client/completion.h"
#include "vllm_client/message.h"
#include "vllm_client/reply_parts.h"
#include "vllm_client/tensor_encoding.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

/// What a pooling model is to look at: exactly one of `input`, `messages` and `data`. Unset members
/// are not sent. Source: `POST /pooling`.
struct PoolingRequest {
    Prompt input{};                   ///< `[n_inputs]`; not capped by the server.
    std::vector<Message> messages{};  ///< One conversation; the server applies its template.
    JsonText data{};                  ///< Input of a server plugin, of the plugin's own form.
    std::string model{};              ///< Empty: the client's, else the server's first.
    /// embed, classify, token_embed, token_classify, plugin; empty: the model's own.
    std::string task{};
    /// `base64` does not tell shapes: set `row_length` with it if rows are wanted.
    EncodingFormat encoding_format{EncodingFormat::float_list};
    EmbedDtype embed_dtype{EmbedDtype::float32};
    Endianness endianness{Endianness::native};
    /// Numbers a row, e.g. the model's dimension. `bytes_only`: required. `base64`: cuts an item
    /// into rows. Not sent.
    std::size_t row_length{0};
    std::optional<std::int64_t> dimensions{};  ///< vLLM 0.32 refuses it here; see EmbeddingRequest.
    std::optional<bool> use_activation{};      ///< E.g. normalisation, softmax.
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

/// What the model made of one input. Source: `data[]`.
struct PoolingItem {
    std::int64_t index{0};             ///< Position of the input.
    std::vector<std::size_t> shape{};  ///< `[dim]`, or `[tokens × dim]`.
    std::vector<float> values{};       ///< Row-major, as many as `shape` says.

    /// Length of the last dimension; 0 if there are no numbers.
    [[nodiscard]] std::size_t dim() const noexcept { return shape.empty() ? 0 : shape.back(); }
    /// Number of rows: 1 for `[dim]`, tokens for `[tokens × dim]`.
    [[nodiscard]] std::size_t size() const noexcept {
        return dim() == 0 ? 0 : values.size() / dim();
    }
    /// Row `i`, `[dim]`; requires i < size(). Valid as long as the item.
    [[nodiscard]] std::span<const float> operator[](std::size_t i) const noexcept {
        return std::span<const float>(values).subspan(i * dim(), dim());
    }
};

/// What the model made of all inputs.
struct PoolingReply {
    std::string id{};
    std::string model{};
    std::int64_t created{0};  ///< Unix seconds.
    /// By index. `bytes_only`: one item of shape `[rows × row_length]` with everything.
    std::vector<PoolingItem> items{};
    JsonText data{};  ///< Answer of a plugin; `items` is empty then.
    Usage usage{};    ///< Zero if the reply does not tell (`bytes_only`, plugins).
    JsonText extra{};
    Timing timing{};
    RawReply raw{};
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
