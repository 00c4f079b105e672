// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "vllm_client/json_text.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// Deepest nesting accepted in values that are kept as JSON.
inline constexpr std::size_t max_json_depth = 256;

enum class JsonFault : std::uint8_t { none, syntax, utf8, depth };

/// Checks that `json` is one JSON value by RFC 8259, white space around it allowed. Unlike the
/// parser it checks every byte, sets no bounds to numbers and allocates nothing.
[[nodiscard]] JsonFault check_json(std::string_view json) noexcept;

/// What the value in checked text is, by its first character.
[[nodiscard]] JsonText::Kind json_kind(std::string_view checked) noexcept;

/// `text` without JSON's white space at its ends.
[[nodiscard]] std::string_view trim_json(std::string_view text) noexcept;

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
