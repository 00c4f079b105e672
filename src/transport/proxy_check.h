// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "vllm_client/result.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::transport {

/// Success if `url` can name a proxy: http, https, socks4, socks4a, socks5 or socks5h, with a host.
/// The `config` error begins with `field` and holds nothing of the URL, which may hold credentials.
[[nodiscard]] Result<void> check_proxy_url(const std::string& url, std::string_view field);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::transport
