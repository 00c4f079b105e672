// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <string>
#include <string_view>

#include "vllm_client/version.h"

/// Appending JSON to a byte string in the forms that vLLM writes.
namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// The inside of a JSON string, non-ASCII as it is. Invalid UTF-8 is passed on.
void append_escaped(std::string& out, std::string_view text);

/// A JSON string with its quotes.
void append_quoted(std::string& out, std::string_view text);

/// A JSON string with its quotes and all non-ASCII as \uXXXX, as Python's json.dumps writes it.
void append_quoted_ascii(std::string& out, std::string_view text);

void append_number(std::string& out, std::integral auto value);

/// Shortest form that reads back the same, with ".0" when it is whole, as Python writes it.
void append_number(std::string& out, double value);

/// Lower-case hexadecimal without leading zeros.
void append_hex(std::string& out, unsigned long long value);

/// Sixteen lower-case hexadecimal digits.
[[nodiscard]] std::string hex16(unsigned long long value);

namespace detail {
void append_signed(std::string& out, long long value);
void append_unsigned(std::string& out, unsigned long long value);
}  // namespace detail

void append_number(std::string& out, std::integral auto value) {
    if constexpr (std::is_signed_v<decltype(value)>) {
        detail::append_signed(out, value);
    } else {
        detail::append_unsigned(out, value);
    }
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
