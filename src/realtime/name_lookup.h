// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "vllm_client/result.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::realtime {

/// An address to connect to.
struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size{0};
};

/// The address of a Unix-domain socket; `path` has at most 107 bytes.
[[nodiscard]] SocketAddress unix_address(const std::string& path);

/// The TCP addresses of a host, best first. Waits until `deadline` or a stop request at most: a
/// resolver that hangs is left behind in a thread of its own, because it cannot be interrupted.
/// Errors: `connect`, `timeout`, `cancelled`, `resource`.
[[nodiscard]] Result<std::vector<SocketAddress>> look_up(
    const std::string& host, const std::string& port,
    std::optional<std::chrono::steady_clock::time_point> deadline, const std::stop_token& stop);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::realtime
