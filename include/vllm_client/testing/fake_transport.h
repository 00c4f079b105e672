// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "vllm_client/endpoint.h"
#include "vllm_client/error.h"
#include "vllm_client/export.h"
#include "vllm_client/transport.h"
#include "vllm_client/version.h"

// Component Testing: canned replies without sockets, for tests of programs that use a VllmClient.
namespace vllm_client::inline VLLM_CLIENT_ABI::testing {

/// A whole answer. A client that asked for a stream gets it as a real server would send it: not as
/// a stream.
struct CannedReply {
    int status{200};
    std::string body{};             ///< JSON; see chat_reply_json() and its neighbours.
    std::vector<Header> headers{};  ///< After `Content-Type: application/json`, unless given here.
};

/// An event stream. Sent in pieces of one event, no faster than the client reads them.
struct CannedStream {
    std::vector<std::string> events{};  ///< Data of each event; see chat_stream_events().
    std::optional<Error> error{};       ///< After the events the connection breaks like this.
    bool hold_open{false};  ///< After the events nothing comes until the client cancels.
};

/// What happens to a request: an answer, a stream, or an error without any answer.
using CannedAnswer = std::variant<CannedReply, CannedStream, Error>;

/// One request as the client sent it.
struct FakeRequest {
    std::size_t endpoint{0};  ///< Index into ClientOptions::endpoints.
    HttpMethod method{HttpMethod::get};
    std::string path{};
    std::vector<Header> headers{};
    std::string body{};
    std::string request_id{};
    bool stream{false};
    ExchangeTimeouts timeouts{};  ///< Told, not played: to see one, use fail() with `timeout`.

    /// Value of the first header called `name` (any case), or nothing. Valid as long as the
    /// request.
    [[nodiscard]] VLLM_CLIENT_EXPORT std::optional<std::string_view> header(
        std::string_view name) const noexcept;
};

/// A transport that answers from memory.
///
///     auto fake = testing::FakeTransport::make();
///     fake->reply("/v1/chat/completions", {.body = testing::chat_reply_json("Hello")});
///     VllmClient client({.endpoints = {"http://fake"}, .transport = fake});
///     client.chat({.messages = {user("Hi")}});                 // "Hello"
///     fake->requests().at(0).body;                             // what was sent
///
/// Answers of one path are used in the order in which they were given; the last one is used again
/// and again. A request to a path without any gets a `config` error that names the path.
/// Threads: all members may be called from any thread at any time. Answers are given by one thread
/// of its own, which close() joins; so everything asynchronous behaves as with sockets, inline
/// callbacks included. One client each: a client that ends closes its transport.
class VLLM_CLIENT_EXPORT FakeTransport final : public Transport {
 public:
    /// Chooses the answer of a request; nothing means: the one given for its path. Runs on the
    /// fake's thread, one request at a time; an exception becomes a `config` error.
    using Handler = std::function<std::optional<CannedAnswer>(const FakeRequest&)>;

    /// Starts the thread; throws std::system_error if there is none.
    [[nodiscard]] static std::shared_ptr<FakeTransport> make();
    ~FakeTransport() override;
    FakeTransport(const FakeTransport&) = delete;
    FakeTransport& operator=(const FakeTransport&) = delete;

    /// Answers the next request to `path` (without query) with `reply`.
    void reply(std::string path, CannedReply reply);
    /// Answers it with a stream.
    void stream(std::string path, CannedStream stream);
    /// The same, given just the events. A template, so that a braced list is a CannedStream.
    template <class Events>
    requires std::is_same_v<std::remove_cvref_t<Events>, std::vector<std::string>>
    void stream(std::string path, Events&& events) {
        stream(std::move(path), CannedStream{.events = std::forward<Events>(events)});
    }
    /// Lets it fail without an answer.
    void fail(std::string path, Error error);
    /// Asks `handler` first, from now on. Empty: no more.
    void on_request(Handler handler);
    /// What endpoint_healthy() says from now on; true at first.
    void set_healthy(std::size_t endpoint, bool healthy);

    /// Every request so far, in order of arrival.
    [[nodiscard]] std::vector<FakeRequest> requests() const;
    /// Requests that the client cancelled before their end.
    [[nodiscard]] std::size_t cancelled_count() const;
    /// Requests that have no end yet.
    [[nodiscard]] std::size_t open_count() const;

    [[nodiscard]] std::shared_ptr<HttpExchange> start(
        HttpRequest request, std::shared_ptr<HttpObserver> observer) override;
    [[nodiscard]] bool endpoint_healthy(std::size_t endpoint) const override;
    /// Empty: there are no connections.
    [[nodiscard]] std::vector<PoolStats> pool_stats() const override { return {}; }
    /// Ends open requests as `cancelled` and joins the thread. On that thread itself (the client
    /// was destroyed by an inline callback) it returns first, and the requests end right after.
    void close() override;

 private:
    class Stage;
    class Exchange;

    FakeTransport();

    const std::shared_ptr<Stage> stage_;
};

/// Body of a chat answer with this text.
[[nodiscard]] VLLM_CLIENT_EXPORT std::string chat_reply_json(std::string_view text);
/// Body of a text completion.
[[nodiscard]] VLLM_CLIENT_EXPORT std::string completion_reply_json(std::string_view text);
/// Body of an embedding answer, one row for each input, all of one length.
[[nodiscard]] VLLM_CLIENT_EXPORT std::string embedding_reply_json(
    const std::vector<std::vector<float>>& rows);
/// Body of an error answer in vLLM's usual shape.
[[nodiscard]] VLLM_CLIENT_EXPORT std::string error_reply_json(int status, std::string_view message);
/// Events of a streamed chat: role, one delta for each text, finish reason, usage, end marker.
[[nodiscard]] VLLM_CLIENT_EXPORT std::vector<std::string> chat_stream_events(
    const std::vector<std::string>& texts);
/// Events of a streamed completion.
[[nodiscard]] VLLM_CLIENT_EXPORT std::vector<std::string> completion_stream_events(
    const std::vector<std::string>& texts);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing
