// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "vllm_client/version.h"

// Base64 of RFC 4648, standard alphabet. Strict: padding is required, and no other character, white
// space or stray bit is let pass.
namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// Bytes that `text` stands for, judged by length and padding alone; nothing if it cannot be
/// base64.
[[nodiscard]] std::optional<std::size_t> base64_decoded_size(std::string_view text) noexcept;

/// Decodes into `destination`, which must have exactly the decoded size. False if `text` is not
/// base64; the destination then holds anything.
[[nodiscard]] bool decode_base64_into(std::span<std::byte> destination,
                                      std::string_view text) noexcept;

[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);
[[nodiscard]] std::string encode_base64(std::span<const std::byte> bytes);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
