// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// Value of the first header called `name` (any case) in a block of lines "Name: value", without
/// the white space around it; nothing if there is none. Lines end in LF or CRLF.
[[nodiscard]] std::optional<std::string_view> find_header(std::string_view block,
                                                          std::string_view name) noexcept;

/// The headers that say what a message's body is and how its connection goes on; as find_header()
/// finds them, in one pass.
struct FramingHeaders {
    std::optional<std::string_view> content_type{};
    std::optional<std::string_view> content_length{};
    std::optional<std::string_view> transfer_encoding{};
    std::optional<std::string_view> keep_alive{};
};
[[nodiscard]] FramingHeaders find_framing_headers(std::string_view block) noexcept;

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
