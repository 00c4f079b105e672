// SPDX-License-Identifier: Apache-2.0
#include "transport/proxy_check.h"

#include "transport/config_error.h"
#include "transport/url_parts.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::transport {

Result<void> check_proxy_url(const std::string& url, std::string_view field) {
    const auto parts = split_url(
        url, field, {"http://", "https://", "socks4://", "socks4a://", "socks5://", "socks5h://"});
    if (!parts) return parts.error();
    if (parts->path != "/") return config_error(field, "has a path");
    return {};
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::transport
