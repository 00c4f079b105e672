// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vllm_client/endpoint.h"
#include "vllm_client/result.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::transport {

/// The line "Name: value" for a header that is safe to send, else a `config` error naming `field`.
/// Refuses names that are not tokens (RFC 9110), values with CR, LF, NUL or other controls, and the
/// headers that frame a message or steer its connection, which are the transport's own. Errors hold
/// neither the name nor the value.
[[nodiscard]] Result<std::string> header_line(const Header& header, std::string_view field);
/// Success if `path` may stand in a request line: it begins with '/', and every character that RFC
/// 3986 does not allow there is percent-encoded. A query is allowed, a fragment is not.
[[nodiscard]] Result<void> check_path(std::string_view path, std::string_view field);
/// True if `text` has an ASCII control character: a tab or DEL counts.
[[nodiscard]] bool has_control(std::string_view text) noexcept;
/// True if the two header lines have the same name.
[[nodiscard]] bool same_header_name(std::string_view line_a, std::string_view line_b) noexcept;
/// `lines` with `line` in the place of those of the same name, or at the end.
[[nodiscard]] std::vector<std::string> with_header(std::vector<std::string> lines,
                                                   std::string line);
/// `text` as one segment of a path: everything but unreserved characters (RFC 3986) is
/// percent-encoded, and so are "." and "..".
[[nodiscard]] std::string percent_encode(std::string_view text);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::transport
