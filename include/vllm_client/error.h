// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vllm_client/export.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

/// What went wrong, as a closed list a program can switch on.
enum class ErrorKind : std::uint8_t {
    connect,   ///< No usable connection: name, TCP, Unix socket, proxy, or closed before an answer.
    timeout,   ///< One phase (see Error::phase) took longer than its limit.
    tls,       ///< Handshake, certificate or verification failed. Never retried.
    protocol,  ///< The peer broke HTTP: garbage, short body, bad chunk, reset inside a body.
    http,      ///< The server answered with an error status (see Error::http_status).
    stream,    ///< An event stream ended early, or carried an error event.
    decode,    ///< The answer was readable HTTP but not the JSON we were promised.
    limit,     ///< Something read from outside crossed a size limit.
    cancelled,     ///< The caller, or the end of the client, cancelled the request.
    deadline,      ///< The total time for the request ran out.
    queue_full,    ///< The client-side queue is at its bound; nothing was sent.
    circuit_open,  ///< The endpoint is known to be failing; nothing was sent.
    config,        ///< The call or the client was set up wrongly; nothing was sent.
    closed,        ///< The client was closed before this call.
    resource,      ///< This process ran out of descriptors, threads, ports or memory.
    unsupported,   ///< The server does not offer this; the message names the switch if one exists.
};

/// How far the request got. Decides whether sending it again can cost anything.
enum class Reach : std::uint8_t {
    not_reached,  ///< Nothing was processed: sending again is free.
    unknown,      ///< The request left, no answer came back.
    executed,     ///< An answer began.
};

/// The step in which a request failed.
enum class Phase : std::uint8_t {
    none,            ///< Not tied to a step.
    validate,        ///< Checking options and request, before anything is sent.
    queue,           ///< Waiting inside the client.
    connect,         ///< Name, TCP, proxy and TLS.
    first_byte,      ///< Sent; waiting for the complete response headers.
    first_token,     ///< Stream open; waiting for the first generated content.
    between_events,  ///< Stream running; waiting for more bytes.
    body,            ///< Reading a plain answer.
    decode,          ///< Reading the answer's JSON.
};

/// Name of a value, e.g. "connect". Never empty; thread-safe.
[[nodiscard]] VLLM_CLIENT_EXPORT std::string_view to_string(ErrorKind kind) noexcept;
/// Name of a value, e.g. "not_reached".
[[nodiscard]] VLLM_CLIENT_EXPORT std::string_view to_string(Reach reach) noexcept;
/// Name of a value, e.g. "first_byte".
[[nodiscard]] VLLM_CLIENT_EXPORT std::string_view to_string(Phase phase) noexcept;

/// The server's own words, read from any of the error shapes vLLM-style servers use.
struct ServerError {
    std::string type{};     ///< e.g. "NotFoundError"; empty if the server gave none.
    std::string code{};     ///< The body's `code`, number or text, as text; empty if none.
    std::string param{};    ///< The offending field, e.g. "model"; empty if none.
    std::string message{};  ///< At most 8 KiB of the server's message.
};

/// Everything known about a failure. A plain value: copy, store and compare it freely.
/// Never holds an API key, a prompt, or an answer other than `partial`.
struct Error {
    ErrorKind kind{ErrorKind::config};  ///< The family; always set.
    std::string message{};              ///< One sentence for people, naming the field or peer.
    Reach reach{Reach::not_reached};    ///< How far the request got.
    Phase phase{Phase::none};           ///< Where it failed.
    int http_status{0};                 ///< HTTP status of the answer, 0 if there was none.
    ServerError server{};               ///< The server's own error object, if it sent one.
    std::string request_id{};           ///< The id sent as `X-Request-Id`, or the server's.
    std::string endpoint{};             ///< Name of the endpoint, credentials masked.
    int attempts{0};                    ///< HTTP exchanges made for this request.
    bool retryable{false};              ///< Sending the same request again may succeed.
    /// The server's `Retry-After` hint, if any (seconds resolution or better).
    std::optional<std::chrono::milliseconds> retry_after{};
    /// Text received before a stream broke, by choice index: always an exact prefix of what the
    /// server sent. Empty for anything but streams.
    std::vector<std::string> partial{};

    /// One line: kind, message, and what is known of status, server, request id and endpoint.
    [[nodiscard]] VLLM_CLIENT_EXPORT std::string to_string() const;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
