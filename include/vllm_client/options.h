// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "vllm_client/endpoint.h"
#include "vllm_client/event.h"
#include "vllm_client/executor.h"
#include "vllm_client/log.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

class Transport;

/// Limits by phase. Unset members take the client's value, and there the default in the comment.
/// Zero means no limit for that phase. Every limit is measured on the monotonic clock.
struct TimeoutOptions {
    /// Name, TCP, proxy and TLS together. Default 5 s.
    std::optional<std::chrono::milliseconds> connect{};
    /// From the connection being ready to complete response headers. Default: no limit (a queued
    /// plain request answers only when it is done).
    std::optional<std::chrono::milliseconds> first_byte{};
    /// Streams: from the connection being ready to the first generated content. Default: no limit.
    std::optional<std::chrono::milliseconds> first_token{};
    /// Longest silence while an answer is being read; comments count as life. Default 60 s.
    std::optional<std::chrono::milliseconds> between_events{};
    /// Everything together, waiting inside the client included. Default 600 s.
    std::optional<std::chrono::milliseconds> total{};
};

/// Connections to one endpoint. Requests beyond the limit wait inside the client; they never fail
/// for want of a connection.
struct PoolOptions {
    std::size_t max_connections{1000};  ///< Open at once, ≥ 1. An HTTP/1.1 stream holds one.
    std::size_t max_idle{100};          ///< Kept open when nothing uses them.
    /// Connections idle for longer are not used again. Stays below the server's own limit, which
    /// for vLLM is 5 s; shortened when a `Keep-Alive` header or an observed close says so.
    /// Granularity 1 s. Zero: no limit of ours.
    std::chrono::milliseconds idle_limit{4000};
    /// Connections opened when the client is made, per endpoint.
    std::size_t preconnect{0};
    /// TCP keep-alive probes on idle connections: first after this time, then at this interval.
    std::chrono::seconds tcp_keepalive{60};

    /// The pool of the seed profile: 100 connections, 10 kept idle.
    [[nodiscard]] static PoolOptions seed_profile() {
        PoolOptions options;
        options.max_connections = 100;
        options.max_idle = 10;
        return options;
    }
};

/// TLS for `https://` endpoints. Verification is always on unless `insecure` is set.
struct TlsOptions {
    std::string ca_bundle{};      ///< PEM file of trusted roots. Default: the system's.
    std::string client_cert{};    ///< PEM file of a client certificate.
    std::string client_key{};     ///< PEM file of its key.
    std::string pinned_key{};     ///< `sha256//BASE64;…` of the server's public key.
    std::string expected_host{};  ///< Name the certificate must carry, if not the URL's host.
    /// Turns verification off, for this client, with a warning in the log. For test rigs only.
    bool insecure{false};
};

/// Proxy between us and every endpoint.
struct ProxyOptions {
    /// `http://…`, `https://…`, `socks5://…`. Empty: from the environment (`http_proxy`,
    /// `https_proxy`, `all_proxy`, `no_proxy`), as it is when the client is made.
    std::string url{};
    std::string no_proxy{};          ///< Hosts reached directly, comma separated.
    bool ignore_environment{false};  ///< No proxy unless `url` says so.
};

/// HTTP version spoken to endpoints.
enum class HttpVersion : std::uint8_t {
    automatic,             ///< HTTP/2 where TLS negotiation offers it, else HTTP/1.1.
    http1,                 ///< HTTP/1.1 only.
    http2_prior_knowledge  ///< HTTP/2 at once, without TLS too (a proxy known to speak it).
};

/// Upper bounds on what is read from outside. Crossing one gives a `limit` error.
struct LimitOptions {
    std::size_t header_bytes{256 * 1024};           ///< All response headers together.
    std::size_t header_fields{1000};                ///< Number of response headers.
    std::size_t body_bytes{256UL * 1024 * 1024};    ///< A plain answer.
    std::size_t event_bytes{16UL * 1024 * 1024};    ///< One event, or line, of a stream.
    std::size_t stream_buffer_bytes{256UL * 1024};  ///< Unread bytes of a stream; then we stop
                                                    ///< reading its socket (back-pressure).
    std::size_t error_body_bytes{64UL * 1024};      ///< Read of an error answer.
    std::size_t queue_requests{100'000};            ///< Waiting inside the client.
    std::size_t queue_bytes{64UL * 1024 * 1024};    ///< Their bodies together.
};

/// How sockets are watched. `automatic` takes epoll where there is one.
enum class PollerKind : std::uint8_t { automatic, epoll, curl_poll };

/// Reactor threads.
struct IoOptions {
    std::size_t threads{1};                    ///< Each owns a libcurl multi handle; 1…64.
    PollerKind poller{PollerKind::automatic};  ///< Same behaviour, different system calls.
};

/// Regular check of endpoints that have nothing in flight.
struct HealthOptions {
    std::chrono::milliseconds interval{10'000};  ///< Between checks of `/health`; zero: none.
    std::chrono::milliseconds timeout{2'000};    ///< For one check.
};

/// Called for each request just before it is sent, to add or sign headers. Runs on the thread that
/// made the request, must be thread-safe. `body` is what will be sent. Returned headers replace
/// those of the same name.
struct RequestView {
    std::string_view endpoint{};  ///< Name of the endpoint.
    std::string_view method{};    ///< "GET" or "POST".
    std::string_view path{};      ///< e.g. "/v1/chat/completions".
    std::string_view body{};      ///< The bytes that will be sent.
};
using RequestHook = std::function<std::vector<Header>(const RequestView&)>;

/// Gives the key for an endpoint (by name) at the moment of a request, for tokens that rotate. Must
/// be thread-safe and quick. An empty string means no `Authorization` header.
using KeyProvider = std::function<std::string(std::string_view endpoint)>;

/// Per-call settings. They win over everything else.
struct CallOptions {
    TimeoutOptions timeouts{};      ///< Unset members: the client's.
    std::vector<Header> headers{};  ///< Added; replace the client's of the same name.
    std::string api_key{};          ///< For this call only.
    std::string endpoint{};         ///< Name of the endpoint to use; empty: round robin.
    std::string request_id{};       ///< Sent as `X-Request-Id`; default: 32 random hex digits.
    std::stop_token stop{};         ///< A stop request cancels the call.
    bool at_most_once{false};       ///< Never send twice, not even on a dead connection.
};

/// Everything about a client. Aggregate; every member has a defensible default.
/// Precedence: call > these options > environment > config file > default.
struct ClientOptions {
    std::vector<Endpoint> endpoints{};  ///< Default: the environment's, else http://localhost:8000.
    std::string api_key{};              ///< For endpoints without their own. Never logged.
    std::string model{};            ///< For requests that name none. Default: the server's first.
    std::vector<Header> headers{};  ///< Sent with every request.
    TimeoutOptions timeouts{};
    PoolOptions pool{};
    TlsOptions tls{};
    ProxyOptions proxy{};
    HttpVersion http_version{HttpVersion::automatic};
    LimitOptions limits{};
    IoOptions io{};
    HealthOptions health{};
    Executor executor{};  ///< Where callbacks run; default: the client's own pool.
    std::size_t callback_threads{
        2};                       ///< Size of that pool, 1…64. Blocked callbacks stall callbacks.
    bool read_environment{true};  ///< Read the documented variables (and no others).
    std::string config_file{};    ///< JSON file with the same names as these members.
    LogSink log_sink{};           ///< Default: silence.
    LogLevel log_level{LogLevel::warning};
    EventHook on_event{};  ///< Told of requests, connections and health; see event.h.
    RequestHook request_hook{};
    KeyProvider key_provider{};
    std::shared_ptr<Transport> transport{};  ///< Replaces sockets, e.g. testing::FakeTransport.
    std::string user_agent{};                ///< Default: `vllm-client/VERSION`.
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
