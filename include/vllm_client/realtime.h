// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "vllm_client/endpoint.h"
#include "vllm_client/error.h"
#include "vllm_client/export.h"
#include "vllm_client/json_text.h"
#include "vllm_client/options.h"
#include "vllm_client/reply_parts.h"
#include "vllm_client/result.h"
#include "vllm_client/version.h"

// The component Realtime: speech to text while it is spoken, over a WebSocket. Needs the target
// VllmClient::Realtime.
namespace vllm_client::inline VLLM_CLIENT_ABI {

/// Limits by phase. Zero means no limit for that phase.
struct RealtimeTimeouts {
    std::chrono::milliseconds connect{5'000};     ///< Name, TCP and TLS together.
    std::chrono::milliseconds handshake{10'000};  ///< From then to the server's first event.
    /// Longest time without a sign of life. A quiet server is asked for one halfway: answers to our
    /// pings count, so a server that waits for audio, or for its turn, is alive.
    std::chrono::milliseconds silence{60'000};
    std::chrono::milliseconds send{30'000};         ///< One append or commit waiting for room.
    std::chrono::milliseconds transcript{600'000};  ///< From the final commit to the transcript.
};

/// Upper bounds on memory and on what is read from outside.
struct RealtimeLimits {
    std::size_t event_bytes{1024UL * 1024};   ///< One event of the server; beyond: `limit`.
    std::size_t unread_bytes{256UL * 1024};   ///< Events nobody took; then reading stops.
    std::size_t unsent_bytes{1024UL * 1024};  ///< Messages not yet sent; then append() waits.
    /// PCM bytes of one message; longer audio is sent in several. Even, 2…8 MiB: vLLM takes
    /// messages of up to 16 MiB, and audio grows by a third on the way.
    std::size_t chunk_bytes{64UL * 1024};
};

/// Where a RealtimeSession goes and how. Needed: `url` and `model`.
struct RealtimeOptions {
    /// `http://host:port`, `https://…`, `ws://…`, `wss://…` or `unix:/path/to.sock`, as in
    /// EndpointOptions::url. Proxy variables of the environment are not read.
    std::string url{};
    std::string unix_socket{};      ///< As EndpointOptions::unix_socket.
    std::string api_key{};          ///< Sent as `Authorization: Bearer …`. Never logged.
    std::string model{};            ///< A served speech model; the protocol has no default.
    std::vector<Header> headers{};  ///< Sent with the request to upgrade.
    TlsOptions tls{};
    RealtimeTimeouts timeouts{};
    RealtimeLimits limits{};
    JsonText extra{};          ///< Further members of `session.update`.
    std::string user_agent{};  ///< Default: `vllm-client/VERSION`.
    std::stop_token stop{};    ///< A stop request cancels connect() and the session.
};

/// What an event says.
enum class RealtimeEventKind : std::uint8_t {
    session_created,  ///< `session.created`: the first event.
    delta,            ///< `transcription.delta`: a piece of the transcript.
    done,             ///< `transcription.done`: the whole transcript of an utterance.
    error,            ///< `error`: the server could not do something; the session goes on.
    unknown,          ///< Anything else; see RealtimeEvent::type and json.
};

/// One event of the server.
struct RealtimeEvent {
    RealtimeEventKind kind{RealtimeEventKind::unknown};
    std::string text{};            ///< delta: the new text, possibly empty. done: all of it.
    std::optional<Usage> usage{};  ///< done, if the server counts.
    /// error: its words. vLLM's codes: `invalid_json`, `invalid_event`, `unknown_event`,
    /// `model_not_found`, `model_not_validated`, `invalid_audio`, `processing_error`.
    ServerError error{};
    std::string session_id{};  ///< session_created.
    std::string type{};        ///< The server's word for the kind.
    std::string json{};        ///< The event as received.
};

/// The transcript of one utterance.
struct RealtimeTranscript {
    std::string text{};
    std::optional<Usage> usage{};
    std::string json{};  ///< The event `transcription.done` as received.
};

namespace realtime {
class Session;
}

/// A conversation with vLLM's realtime speech route: audio goes up while text comes down.
///
///     auto session = RealtimeSession::connect({.url = "http://localhost:8000", .model = model});
///     session->commit();                    // begin; the transcript grows as audio arrives
///     session->append(samples);             // as often as there is some
///     session->commit(true);                // no more audio for this utterance
///     auto transcript = session->collect();
///
/// Threads: append(), append_bytes(), commit(), cancel() and close() may be called from any thread
/// at any time; next(), next_for() and collect() from one thread at a time. Moving and destroying
/// need the object alone; a moved-from session gives `closed`. Each session has one thread of its
/// own, because vLLM drops a client that leaves its pings unanswered for 20 s, whatever the
/// program is busy with.
///
/// Errors: `connect`, `tls`, `timeout`, `protocol` as elsewhere; `http` if the upgrade is refused
/// (401: wrong key) and `unsupported` if the server has no such route; `limit`; `decode`; `stream`
/// if the session ended while a transcript was owed, with its beginning in Error::partial. All but
/// the timeout of next_for() and `config` end the session: later calls give the same error.
/// Source: WebSocket `/v1/realtime`.
class VLLM_CLIENT_EXPORT RealtimeSession {
 public:
    /// Connects, waits for the server's first event and names the model. The model is not judged
    /// here: an unknown one is an error event (`model_not_found`) later.
    [[nodiscard]] static Result<RealtimeSession> connect(RealtimeOptions options);

    RealtimeSession(RealtimeSession&&) noexcept;
    RealtimeSession& operator=(RealtimeSession&&) noexcept;
    /// As close().
    ~RealtimeSession();

    /// Sends audio: PCM, 16-bit, mono, 16,000 samples per second. Waits while
    /// RealtimeLimits::unsent_bytes are on their way. Audio between the final commit and its
    /// transcript is refused (`config`), because the server would drop it. No samples: no effect.
    Result<void> append(std::span<const std::int16_t> samples);
    /// The same audio as little-endian bytes, an even number of them.
    Result<void> append_bytes(std::span<const std::byte> pcm);

    /// Begins the transcript of an utterance (`final` false), or says that its audio is complete
    /// (true). A final commit without a first one sends both, so that short clips need one call.
    Result<void> commit(bool final = false);

    /// Waits for the next event. Nothing: the server ended the session in good order and owes no
    /// transcript. Anything else that ends it is an error.
    [[nodiscard]] Result<std::optional<RealtimeEvent>> next();
    /// The same for at most `limit`; then a `timeout` error, and the session goes on.
    [[nodiscard]] Result<std::optional<RealtimeEvent>> next_for(std::chrono::milliseconds limit);
    /// Reads on to the transcript of the utterance begun by commit(). An error event is a `stream`
    /// error with the server's code in Error::server; the session goes on after it.
    [[nodiscard]] Result<RealtimeTranscript> collect();

    /// Drops the connection at once; calls under way and later ones give `cancelled`. Never blocks.
    void cancel() noexcept;
    /// Says goodbye, waits for the answer for up to a second, and drops the connection. Unsent
    /// audio is not sent. Later calls give `closed`.
    void close() noexcept;

 private:
    explicit RealtimeSession(std::unique_ptr<realtime::Session> session) noexcept;
    std::unique_ptr<realtime::Session> session_;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
