// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <functional>
#include <memory>

#include "vllm_client/options.h"
#include "vllm_client/result.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::transport {

/// Watches the sockets of one libcurl multi handle and lets libcurl work on those that are ready.
/// For the reactor's thread, except wake().
class Poller {
 public:
    virtual ~Poller() = default;
    /// Lets libcurl begin what was just added. Cheap if there is nothing.
    virtual void kick() = 0;
    /// Waits up to `limit` (negative: without limit) for sockets, libcurl's timers or wake(), then
    /// lets libcurl work.
    virtual void wait(std::chrono::nanoseconds limit) = 0;
    /// Ends a running or the next wait(). From any thread.
    virtual void wake() noexcept = 0;
    /// `socket` is about to be closed.
    virtual void forget(curl_socket_t socket) noexcept = 0;
    /// `tell(socket)` is called when a socket that libcurl does not wait for has become readable,
    /// if this poller can see that. Once, before the first wait().
    virtual void on_idle_readable(const std::function<void(curl_socket_t)>& /*tell*/) {}
};

/// epoll with libcurl's multi_socket interface: cost independent of the number of idle transfers.
/// `resource` error where there are no descriptors left; `unsupported` where there is no epoll.
[[nodiscard]] Result<std::unique_ptr<Poller>> make_epoll_poller(CURLM* multi);
/// curl_multi_poll and curl_multi_perform: portable, cost grows with the number of transfers.
[[nodiscard]] Result<std::unique_ptr<Poller>> make_curl_poller(CURLM* multi);

[[nodiscard]] Result<std::unique_ptr<Poller>> make_poller(PollerKind kind, CURLM* multi);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::transport
