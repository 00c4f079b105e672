// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "runtime/timer_heap.h"
#include "vllm_client/transport.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::transport {

class EasyHandle;
class Pool;
class Reactor;

/// One exchange, from submission to its one end. Lives on its reactor's thread, except for the
/// members of HttpExchange, which leave a note and wake the reactor.
class Transfer final : public HttpExchange,
                       public runtime::Timer,
                       public std::enable_shared_from_this<Transfer> {
 public:
    /// What became of body bytes offered by libcurl.
    enum class Taken : std::uint8_t { all, later, failed };

    Transfer(std::shared_ptr<Reactor> reactor, Pool& pool, HttpRequest request,
             std::shared_ptr<HttpObserver> observer);
    ~Transfer() override;

    /// Hands itself to the reactor. Any thread, once.
    void submit() noexcept { leave_note(note_submit); }

    // HttpExchange: any thread.
    void cancel() noexcept override { leave_note(note_cancel); }
    void resume() noexcept override { leave_note(note_resume); }
    void first_token_seen() noexcept override { leave_note(note_first_token); }
    void content_complete() noexcept override { leave_note(note_complete); }

    // The rest: reactor thread.
    [[nodiscard]] const HttpRequest& request() const noexcept { return request_; }
    [[nodiscard]] Pool& pool() const noexcept { return pool_; }
    [[nodiscard]] bool needs_fresh_connection() const noexcept { return fresh_connection_; }
    [[nodiscard]] bool ended() const noexcept { return state_ == State::ended; }
    [[nodiscard]] bool running() const noexcept { return state_ == State::running; }
    [[nodiscard]] std::size_t body_bytes() const noexcept {
        return request_.body ? request_.body->size() : 0;
    }

    /// Begins to wait for a connection; sets the total deadline.
    void begin(runtime::TimePoint now);
    /// Hands the request to libcurl.
    void start(std::unique_ptr<EasyHandle> easy);
    /// Ends as `closed` if it never began. Any thread, once there is no reactor thread.
    void refuse();
    /// Acts on notes left by other threads.
    void read_notes();
    void on_due(runtime::TimePoint now) override;
    /// Ends the exchange with an error, wherever it is.
    void fail(Error error);
    /// libcurl is done with it.
    void finish(CURLcode code);

    // From libcurl's callbacks.
    [[nodiscard]] bool take_header_line(std::string_view line);
    [[nodiscard]] Taken take_body(std::string_view bytes);
    /// The request is about to be sent on `connection` (or one that cannot be told). False: not on
    /// this one, because bytes nobody asked for wait on it.
    [[nodiscard]] bool connection_ready(curl_socket_t connection);

 private:
    friend class Reactor;
    enum class State : std::uint8_t { submitted, waiting, running, ended };
    static constexpr std::uint32_t note_submit = 1;
    static constexpr std::uint32_t note_cancel = 2;
    static constexpr std::uint32_t note_resume = 4;
    static constexpr std::uint32_t note_first_token = 8;
    static constexpr std::uint32_t note_complete = 16;

    void leave_note(std::uint32_t note) noexcept;
    void head_complete();
    void expect_body(std::string_view content_length);
    [[nodiscard]] bool start_again_if_connection_was_bad(CURLcode code);
    [[nodiscard]] Error describe(CURLcode code) const;
    [[nodiscard]] Error timeout_error(Phase phase, std::chrono::milliseconds limit) const;
    [[nodiscard]] Phase current_phase() const noexcept;
    [[nodiscard]] Reach current_reach() const noexcept;
    void arm_timer();
    void detach_from_curl();
    void note_connection();
    [[nodiscard]] runtime::TimePoint clock_now() const;
    void end(std::optional<Error> error);

    const std::shared_ptr<Reactor> reactor_;
    Pool& pool_;  // owned by the reactor
    HttpRequest request_;
    std::shared_ptr<HttpObserver> observer_;  // dropped at the end
    HttpReply reply_;
    std::unique_ptr<EasyHandle> easy_;  // while running

    State state_{State::submitted};
    bool connected_{false};
    bool streams_{false};  // body bytes go to the observer as they come
    bool head_complete_{false};
    bool first_token_seen_{false};
    bool paused_{false};
    bool fresh_connection_{false};
    bool forbids_reuse_{false};
    bool surplus_dropped_{false};  // an error answer longer than we keep
    std::uint32_t sends_{0};
    bool dirty_connection_{false};  // refused by connection_ready()
    curl_socket_t connection_{CURL_SOCKET_BAD};
    std::size_t header_fields_{0};
    std::size_t header_bytes_{0};
    std::optional<Error> own_error_;                 // why we made libcurl stop
    std::optional<runtime::TimePoint> complete_at_;  // the content needs no more bytes since then
    runtime::TimePoint began_{};
    runtime::TimePoint started_{};
    runtime::TimePoint ready_{};
    runtime::TimePoint last_bytes_{};
    runtime::Duration idle_before_{0};  // how long the connection was unused before us

    std::atomic<std::uint32_t> notes_{0};  // set by any thread, taken by the reactor
    // The reactor's inbox: a transfer is in it at most once, and keeps itself alive while it is.
    std::atomic<bool> in_inbox_{false};
    Transfer* next_in_inbox_{nullptr};      // written by the pusher, read by the reactor
    std::shared_ptr<Transfer> inbox_self_;  // written by the pusher, taken by the reactor
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::transport
