// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "vllm_client/tensor_encoding.h"

// Numbers as bytes, of the types and orders that servers send, to float32. All conversions are
// exact, NaN to NaN; a NaN keeps its sign.
namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// The servers' words, and back; nothing for a word that is none of them.
[[nodiscard]] std::string_view word_of(EncodingFormat format) noexcept;
[[nodiscard]] std::string_view word_of(EmbedDtype dtype) noexcept;
[[nodiscard]] std::string_view word_of(Endianness endianness) noexcept;
[[nodiscard]] std::optional<EmbedDtype> dtype_from(std::string_view word) noexcept;
[[nodiscard]] std::optional<Endianness> endianness_from(std::string_view word) noexcept;

/// Bytes a number takes.
[[nodiscard]] std::size_t width_of(EmbedDtype dtype) noexcept;

/// Converts `bytes`, which must be as many as `to` needs.
void decode_values(std::span<float> to, std::span<const std::byte> bytes, EmbedDtype dtype,
                   Endianness endianness) noexcept;

/// The same for float32 that stand at their place already.
void to_native_order(std::span<float> values, Endianness endianness) noexcept;

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
