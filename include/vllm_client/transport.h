// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vllm_client/error.h"
#include "vllm_client/export.h"
#include "vllm_client/pool_stats.h"
#include "vllm_client/version.h"

// The seam between the client and the network. Users meet it only to replace sockets in their own
// tests (testing::FakeTransport) or to bring a transport of their own.
namespace vllm_client::inline VLLM_CLIENT_ABI {

enum class HttpMethod : std::uint8_t { get, post, del };

/// Limits of one exchange, all resolved; zero means none.
struct ExchangeTimeouts {
    std::chrono::milliseconds connect{5000};
    std::chrono::milliseconds first_byte{0};
    std::chrono::milliseconds first_token{0};
    std::chrono::milliseconds between_events{60'000};
    std::chrono::milliseconds total{600'000};
};

/// One HTTP request, complete but for the endpoint's own headers.
struct HttpRequest {
    std::size_t endpoint{0};  ///< Index into ClientOptions::endpoints.
    HttpMethod method{HttpMethod::post};
    std::string path{};                  ///< Begins with '/', percent-encoded.
    std::vector<std::string> headers{};  ///< Complete lines "Name: value".
    /// Further lines, shared by many requests. Null: none.
    std::shared_ptr<const std::vector<std::string>> common_headers{};
    std::shared_ptr<const std::string> body{};  ///< Null: none. Shared with retries, never copied.
    std::string request_id{};                   ///< Already among the headers; for errors.
    ExchangeTimeouts timeouts{};
    bool stream{false};        ///< Hand body bytes over as they come (on_data).
    bool at_most_once{false};  ///< Never send twice.
};

/// What an exchange has received so far.
struct HttpReply {
    int status{0};
    std::string
        headers{};       ///< The final header block, one "Name: value" a line, without status line.
    std::string body{};  ///< Plain exchanges and error answers; empty for streams.
    bool reused_connection{false};
    std::uint32_t resends{0};                   ///< Sent again because a reused socket was dead.
    std::chrono::nanoseconds sent_at{0};        ///< Monotonic: handed to the socket layer (t0).
    std::chrono::nanoseconds first_byte_at{0};  ///< Monotonic: headers complete; 0 if never.
    std::chrono::nanoseconds done_at{0};        ///< Monotonic: end of the exchange.

    /// Value of the first header called `name` (any case), or nothing.
    [[nodiscard]] VLLM_CLIENT_EXPORT std::optional<std::string_view> header(
        std::string_view name) const noexcept;
};

/// Receives one exchange. Calls come in order, never two at once, on a thread of the transport that
/// must not be blocked. `on_done` comes exactly once and last.
class HttpObserver {
 public:
    virtual ~HttpObserver() = default;
    /// Streams with status 200: the headers are complete.
    virtual void on_head(const HttpReply& reply) = 0;
    /// Streams: body bytes. Return false to refuse them: they come again after resume().
    [[nodiscard]] virtual bool on_data(std::string_view bytes) = 0;
    /// The end: a complete answer of any status, or an error.
    virtual void on_done(HttpReply reply, std::optional<Error> error) = 0;
};

/// A running exchange. Both members may be called from any thread at any time, also after its end.
class HttpExchange {
 public:
    virtual ~HttpExchange() = default;
    /// Closes the connection; on_done follows with `cancelled` unless it already came.
    virtual void cancel() noexcept = 0;
    /// Delivers refused bytes again.
    virtual void resume() noexcept = 0;
    /// Streams: content has begun, so the limit on the first token is met.
    virtual void first_token_seen() noexcept = 0;
    /// Streams: the content is complete. Only the body's end is missing; on_done should follow
    /// within a second, without an error, even if the peer never ends the body.
    virtual void content_complete() noexcept {}
};

/// Says of the current thread, for the object's lifetime, that it is what calls observers: a
/// blocking call on it gives a `config` error instead of waiting for itself. For transports of your
/// own; one on the stack of each of their threads.
class VLLM_CLIENT_EXPORT TransportThread {
 public:
    TransportThread() noexcept;
    ~TransportThread();
    TransportThread(const TransportThread&) = delete;
    TransportThread& operator=(const TransportThread&) = delete;
};

/// Sends requests. Thread-safe.
class Transport {
 public:
    virtual ~Transport() = default;
    /// Starts an exchange; never blocks, never fails: errors go to the observer.
    [[nodiscard]] virtual std::shared_ptr<HttpExchange> start(
        HttpRequest request, std::shared_ptr<HttpObserver> observer) = 0;
    /// False if the endpoint is known to be down. Must be quick: it is asked for every request.
    [[nodiscard]] virtual bool endpoint_healthy(std::size_t endpoint) const {
        static_cast<void>(endpoint);
        return true;
    }
    /// Connections to each endpoint, in the order of ClientOptions::endpoints.
    [[nodiscard]] virtual std::vector<PoolStats> pool_stats() const = 0;
    /// Ends every exchange as `cancelled`, closes every connection, joins every thread; ≤ 1 s.
    /// Later exchanges end at once as `closed`.
    virtual void close() = 0;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
