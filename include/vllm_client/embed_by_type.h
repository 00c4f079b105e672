// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "vllm_client/message.h"
#include "vllm_client/reply_parts.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

/// Texts, images or mixed inputs to turn into vectors of one or several types: exactly one of
/// `texts`, `images` and `inputs`. Unset members are not sent. Source: Cohere's
/// `POST /v2/embed`.
struct EmbedByTypeRequest {
    std::vector<std::string> texts{};                ///< `[n]`.
    std::vector<std::string> images{};               ///< `[n]` `data:` URLs.
    std::vector<std::vector<ContentPart>> inputs{};  ///< `[n]`: texts and images mixed.
    std::string model{};                             ///< Empty: the client's, else the server's.
    std::string
        input_type{};  ///< E.g. "search_query", if the model knows such; vLLM refuses others.
    /// float, binary, ubinary, base64, int8, uint8; empty: float. vLLM knows the first four.
    std::vector<std::string> embedding_types{};
    std::optional<std::int64_t> output_dimension{};  ///< Only for models trained for it.
    std::string truncate{};                          ///< "NONE", "START" or "END".
    std::optional<std::int64_t> max_tokens{};        ///< Of an input; longer ones are cut.
    std::optional<std::int64_t> priority{};          ///< Lower is earlier.
    JsonText extra{};                                ///< Object: further fields, merged in.
};

/// Vectors of one type in one block.
template <class T>
struct VectorBlock {
    std::vector<T> values{};  ///< `[n × dim]`, row i for input i.
    std::size_t dim{0};       ///< Components of a vector; 0 if this type was not asked for.

    /// Number of vectors.
    [[nodiscard]] std::size_t size() const noexcept { return dim == 0 ? 0 : values.size() / dim; }
    /// Vector of input `i`, `[dim]`; requires i < size(). Valid as long as the block.
    [[nodiscard]] std::span<const T> operator[](std::size_t i) const noexcept {
        return std::span<const T>(values).subspan(i * dim, dim);
    }
};

/// The vectors of each type asked for; the other blocks are empty.
struct EmbedByTypeReply {
    std::string id{};
    VectorBlock<float> floats{};          ///< Type float.
    VectorBlock<float> base64{};          ///< Type base64: the same numbers, decoded.
    VectorBlock<std::int8_t> int8{};      ///< Type int8.
    VectorBlock<std::uint8_t> uint8{};    ///< Type uint8.
    VectorBlock<std::int8_t> binary{};    ///< Signs, eight a byte, first in the top bit; less 128.
    VectorBlock<std::uint8_t> ubinary{};  ///< Signs, eight a byte, first in the top bit.
    std::vector<std::string> texts{};     ///< The texts, if the server repeats them.
    Usage usage{};                        ///< The units billed: `meta.billed_units`.
    JsonText extra{};                     ///< Object: unknown members, and types not listed here.
    Timing timing{};
    RawReply raw{};
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
