// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "realtime/connect_plan.h"
#include "realtime/name_lookup.h"
#include "realtime/tls_context.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::realtime {

/// Who uses a WebSocket. Called on its thread; must not block.
class WebSocketObserver {
 public:
    virtual ~WebSocketObserver() = default;
    /// A text message. False: no more before WebSocket::resume().
    [[nodiscard]] virtual bool on_message(std::string text) = 0;
    /// A message of this size has gone.
    virtual void on_sent(std::size_t bytes) = 0;
    /// The last call. No error: the server closed in good order, or close() was answered.
    virtual void on_end(std::optional<Error> error) = 0;
};

/// What a WebSocket needs to know.
struct WebSocketSetup {
    ConnectPlan plan{};
    std::vector<SocketAddress> addresses{};  ///< Tried in this order; not empty.
    TlsContext tls_context{};                ///< Set if the plan says TLS.
    TlsOptions tls{};
    /// Until when it must be connected, TLS included; none: no limit.
    std::optional<std::chrono::steady_clock::time_point> connect_deadline{};
    std::chrono::milliseconds handshake{0};  ///< From then to the first message; 0: no limit.
    std::chrono::milliseconds silence{0};    ///< As RealtimeTimeouts::silence.
    std::size_t event_bytes{0};
};

/// A WebSocket to a server, with a thread of its own that connects, reads, writes and answers
/// pings. All methods but the destructor may be called from any thread, the observer's calls
/// included, and return at once.
class WebSocket {
 public:
    /// Begins to connect. Messages may be sent right away. `resource` if there is no thread.
    [[nodiscard]] static Result<std::unique_ptr<WebSocket>> open(WebSocketSetup setup,
                                                                 WebSocketObserver& observer);
    /// Drops the connection and joins the thread. on_end has been called by then.
    virtual ~WebSocket() = default;

    virtual void send(std::string text) = 0;
    virtual void resume() = 0;
    /// Sends a close frame and waits for the answer; drops the connection after `patience`.
    virtual void close(std::chrono::milliseconds patience) = 0;
    /// Drops the connection.
    virtual void abort() = 0;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::realtime
