// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "vllm_client/result.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::transport {

/// A URL, taken apart. Everything in it is safe to be put into another URL again.
struct UrlParts {
    std::string scheme{};         ///< In lower case.
    std::string user_info{};      ///< "user:password", decoded, or empty. Never shown.
    std::string host{};           ///< As it stands in a URL: IPv6 in brackets, with its zone.
    std::string port{};           ///< Given, or the scheme's.
    std::string explicit_port{};  ///< Given, or empty.
    std::string path{};           ///< Begins with '/'; dot segments are resolved.
};

/// Takes `text` apart as libcurl reads it, and refuses what parsers are known to read differently.
/// `prefixes` are what it may begin with, e.g. "https://". Errors are `config`, begin with `field`
/// and hold nothing of the text, which may hold credentials.
[[nodiscard]] Result<UrlParts> split_url(const std::string& text, std::string_view field,
                                         std::initializer_list<std::string_view> prefixes);

/// True for a DNS name or an IPv4 address, a trailing dot allowed.
[[nodiscard]] bool is_host_name(std::string_view text) noexcept;

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::transport
