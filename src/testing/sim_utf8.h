// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// One step through a byte string.
struct Utf8Step {
    std::size_t bytes{1};        ///< How far to go on.
    char32_t character{0xFFFD};  ///< U+FFFD where the bytes are not UTF-8.
    bool valid{false};
    bool cut{false};  ///< The text ends inside a character that is right so far.
};

/// The character at the start of `text`, which must not be empty.
[[nodiscard]] Utf8Step utf8_step(std::string_view text) noexcept;

[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

[[nodiscard]] std::size_t count_characters(std::string_view text) noexcept;

/// The first `bytes` bytes of `text`, or up to three fewer so that no character is cut.
[[nodiscard]] std::string_view utf8_prefix(std::string_view text, std::size_t bytes) noexcept;

void append_utf8(std::string& out, char32_t character);

/// Turns bytes that come in pieces into whole characters. The bytes of an unfinished character wait
/// for the rest; wrong ones become U+FFFD.
class Utf8Carry {
 public:
    void append(std::string_view bytes, std::string& out);
    /// No more bytes will come.
    void finish(std::string& out);
    [[nodiscard]] bool empty() const noexcept { return waiting_.empty(); }

 private:
    std::string waiting_;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
