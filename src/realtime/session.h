// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

#include "realtime/web_socket.h"
#include "vllm_client/realtime.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::realtime {

/// What is behind a RealtimeSession: the two queues between the caller's threads and the socket's,
/// and what is owed. Events are decoded on the caller's thread.
class Session final : private WebSocketObserver {
 public:
    using Clock = std::chrono::steady_clock;

    /// As RealtimeSession::connect.
    [[nodiscard]] static Result<std::unique_ptr<Session>> connect(RealtimeOptions options);
    ~Session() override;

    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    [[nodiscard]] Result<void> append(std::span<const std::byte> pcm);
    [[nodiscard]] Result<void> commit(bool final);
    [[nodiscard]] Result<std::optional<RealtimeEvent>> next(std::optional<Clock::time_point> limit);
    [[nodiscard]] Result<RealtimeTranscript> collect();
    void cancel();
    void close();

 private:
    // Where the utterance is.
    enum class Utterance : std::uint8_t {
        none,     // nothing is owed
        growing,  // begun, more audio may come
        ending,   // its audio is complete
    };

    Session(const RealtimeOptions& options, std::string endpoint);

    [[nodiscard]] bool on_message(std::string text) override;
    void on_sent(std::size_t bytes) override;
    void on_end(std::optional<Error> error) override;

    [[nodiscard]] Result<void> open(WebSocketSetup setup, std::string first_message);
    [[nodiscard]] Result<void> meet();
    [[nodiscard]] Result<void> send(std::string message);
    [[nodiscard]] Result<std::optional<std::string>> take_message(
        std::optional<Clock::time_point> limit);
    [[nodiscard]] Result<void> note(const RealtimeEvent& event);
    Error fail(Error error);
    // With mutex_ held.
    [[nodiscard]] Error with_context(Error error) const;
    [[nodiscard]] Result<void> check_utterance() const;
    [[nodiscard]] Result<std::optional<std::string>> end_result();

    const RealtimeTimeouts timeouts_;
    const RealtimeLimits limits_;
    const std::string endpoint_;

    std::mutex writer_mutex_;  // held over one append or commit, so that they stay whole
    std::mutex mutex_;         // guards all below but socket_
    std::condition_variable changed_;
    std::deque<std::string> unread_;
    std::size_t unread_bytes_{0};
    std::size_t unsent_bytes_{0};
    bool paused_{false};  // the socket does not read
    bool ended_{false};   // the socket has ended
    std::optional<Error> failure_;
    Utterance utterance_{Utterance::none};
    std::optional<Clock::time_point> transcript_deadline_;
    std::string transcript_;  // of the utterance, so far

    std::unique_ptr<WebSocket> socket_;  // set once, before anybody else sees this object
    std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::realtime
