// SPDX-License-Identifier: Apache-2.0
#include "realtime/session.h"

#include <algorithm>
#include <utility>

#include "realtime/session_event.h"
#include "realtime/socket_error.h"
#include "transport/config_error.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::realtime {
namespace {

constexpr std::chrono::milliseconds goodbye_limit{700};

std::optional<Session::Clock::time_point> deadline_in(std::chrono::milliseconds limit) {
    if (limit.count() == 0) return std::nullopt;
    return Session::Clock::now() + limit;
}

std::optional<Session::Clock::time_point> earlier(std::optional<Session::Clock::time_point> a,
                                                  std::optional<Session::Clock::time_point> b) {
    if (!a || !b) return a ? a : b;
    return std::min(*a, *b);
}

// Does the server give up the transcript with this error? The others concern one message.
bool ends_utterance(std::string_view code) {
    return code != "invalid_audio" && code != "invalid_json" && code != "invalid_event" &&
           code != "unknown_event";
}

template <class Predicate>
void wait(std::condition_variable& changed, std::unique_lock<std::mutex>& lock,
          std::optional<Session::Clock::time_point> deadline, Predicate&& done) {
    if (deadline) {
        changed.wait_until(lock, *deadline, done);
    } else {
        changed.wait(lock, done);
    }
}

Result<WebSocketSetup> set_up(const RealtimeOptions& options) {
    auto plan = plan_connect(options);
    if (!plan) return std::move(plan).error();
    WebSocketSetup setup;
    setup.plan = *std::move(plan);
    setup.tls = options.tls;
    setup.handshake = options.timeouts.handshake;
    setup.silence = options.timeouts.silence;
    setup.event_bytes = options.limits.event_bytes;
    setup.connect_deadline = deadline_in(options.timeouts.connect);
    if (setup.plan.tls) {
        auto context = make_tls_context(options.tls);
        if (!context) return std::move(context).error();
        setup.tls_context = *std::move(context);
    }
    if (!setup.plan.unix_socket.empty()) {
        setup.addresses = {unix_address(setup.plan.unix_socket)};
    } else {
        auto found =
            look_up(setup.plan.host, setup.plan.port, setup.connect_deadline, options.stop);
        if (!found) return std::move(found).error();
        setup.addresses = *std::move(found);
    }
    return setup;
}

}  // namespace

// --- Begin and end -------------------------------------------------------------------------------

Session::Session(const RealtimeOptions& options, std::string endpoint)
    : timeouts_(options.timeouts), limits_(options.limits), endpoint_(std::move(endpoint)) {}

Result<std::unique_ptr<Session>> Session::connect(RealtimeOptions options) {
    auto setup = set_up(options);
    if (!setup) return std::move(setup).error();
    std::unique_ptr<Session> session(new Session(options, setup->plan.endpoint));
    std::string first_message = setup->plan.first_message;
    auto opened = session->open(*std::move(setup), std::move(first_message));
    if (!opened) return opened.error();
    session->on_stop_.emplace(options.stop, [raw = session.get()] { raw->cancel(); });

    if (auto met = session->meet(); !met) return met.error();
    return session;
}

Session::~Session() {
    on_stop_.reset();
    if (socket_) close();
    socket_.reset();
}

Result<void> Session::open(WebSocketSetup setup, std::string first_message) {
    auto socket = WebSocket::open(std::move(setup), *this);
    if (!socket) {
        const std::lock_guard lock(mutex_);
        return with_context(std::move(socket).error());
    }
    socket_ = *std::move(socket);
    return send(std::move(first_message));
}

// The socket watches the time until the first event.
Result<void> Session::meet() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !unread_.empty() || failure_ || ended_; });
    if (unread_.empty()) {
        return with_context(failure_ ? *failure_
                                     : session_cut("the server closed it before its first event"));
    }
    auto event = read_session_event(unread_.front());
    if (!event) return with_context(std::move(event).error());
    if (event->kind == RealtimeEventKind::error) return with_context(event_error(*event));
    return {};
}

void Session::cancel() {
    (void)fail({.kind = ErrorKind::cancelled, .message = "the session was cancelled"});
}

void Session::close() {
    std::unique_lock lock(mutex_);
    if (!failure_) {
        failure_ = Error{.kind = ErrorKind::closed, .message = "the session was closed"};
        unread_.clear();
    }
    changed_.notify_all();
    if (ended_) return;
    socket_->close(goodbye_limit);
    if (changed_.wait_for(lock, goodbye_limit + std::chrono::milliseconds(200),
                          [this] { return ended_; })) {
        return;
    }
    socket_->abort();
}

Error Session::fail(Error error) {
    const std::lock_guard lock(mutex_);
    if (!failure_) {
        failure_ = std::move(error);
        unread_.clear();
    }
    changed_.notify_all();
    if (socket_) socket_->abort();
    return with_context(*failure_);
}

Error Session::with_context(Error error) const {
    error.endpoint = endpoint_;
    error.attempts = 1;
    if (!transcript_.empty()) error.partial = {transcript_};
    return error;
}

// --- Sending -------------------------------------------------------------------------------------

Result<void> Session::check_utterance() const {
    if (failure_) return with_context(*failure_);
    if (utterance_ != Utterance::ending) return {};
    return transport::config_error(
        "utterance", "is complete: its transcript must be read before the next one begins");
}

Result<void> Session::append(std::span<const std::byte> pcm) {
    if (pcm.size() % 2 != 0) {
        return transport::config_error("pcm", "has an odd number of bytes; a sample has two");
    }
    const std::lock_guard writing(writer_mutex_);
    while (!pcm.empty()) {
        {
            const std::lock_guard lock(mutex_);
            if (auto checked = check_utterance(); !checked) return checked;
        }
        const auto chunk = pcm.first(std::min(pcm.size(), limits_.chunk_bytes));
        if (auto sent = send(audio_append(chunk)); !sent) return sent;
        pcm = pcm.subspan(chunk.size());
    }
    return {};
}

Result<void> Session::commit(bool final) {
    const std::lock_guard writing(writer_mutex_);
    bool begins = !final;
    {
        const std::lock_guard lock(mutex_);
        if (auto checked = check_utterance(); !checked) return checked;
        if (utterance_ == Utterance::none) {
            begins = true;
            transcript_.clear();
        }
        utterance_ = final ? Utterance::ending : Utterance::growing;
        if (final) transcript_deadline_ = deadline_in(timeouts_.transcript);
    }
    if (begins) {
        if (auto sent = send(audio_commit(false)); !sent) return sent;
    }
    return final ? send(audio_commit(true)) : Result<void>();
}

Result<void> Session::send(std::string message) {
    std::unique_lock lock(mutex_);
    const std::size_t size = message.size();
    const auto may_send = [this, size] {
        return failure_ || ended_ || unsent_bytes_ == 0 ||
               unsent_bytes_ + size <= limits_.unsent_bytes;
    };
    wait(changed_, lock, deadline_in(timeouts_.send), may_send);
    if (failure_) return with_context(*failure_);
    if (ended_) {
        return with_context(
            {.kind = ErrorKind::closed, .message = "the server has closed the session"});
    }
    if (!may_send()) {
        lock.unlock();
        return fail(step_timed_out(Phase::between_events,
                                   "the server takes no audio within timeouts.send"));
    }
    unsent_bytes_ += size;
    socket_->send(std::move(message));
    return {};
}

void Session::on_sent(std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    unsent_bytes_ -= bytes;
    changed_.notify_all();
}

// --- Receiving -----------------------------------------------------------------------------------

bool Session::on_message(std::string text) {
    const std::lock_guard lock(mutex_);
    if (failure_) return false;
    unread_bytes_ += text.size();
    unread_.push_back(std::move(text));
    changed_.notify_all();
    paused_ = unread_bytes_ >= limits_.unread_bytes;
    return !paused_;
}

void Session::on_end(std::optional<Error> error) {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    if (error && !failure_) failure_ = std::move(error);
    changed_.notify_all();
}

Result<std::optional<RealtimeEvent>> Session::next(std::optional<Clock::time_point> limit) {
    auto message = take_message(limit);
    if (!message) return std::move(message).error();
    if (!*message) return std::optional<RealtimeEvent>();
    auto event = read_session_event(**std::move(message));
    if (!event) return fail(std::move(event).error());
    if (auto noted = note(*event); !noted) return fail(noted.error());
    return std::optional<RealtimeEvent>(*std::move(event));
}

Result<std::optional<std::string>> Session::take_message(std::optional<Clock::time_point> limit) {
    std::unique_lock lock(mutex_);
    const auto is_ready = [this] { return !unread_.empty() || failure_ || ended_; };
    wait(changed_, lock, earlier(limit, transcript_deadline_), is_ready);
    if (unread_.empty()) {
        if (failure_ || ended_) return end_result();
        if (transcript_deadline_ && *transcript_deadline_ <= Clock::now()) {
            lock.unlock();
            return fail(
                step_timed_out(Phase::between_events, "no transcript within timeouts.transcript"));
        }
        Error error = step_timed_out(Phase::between_events, "no event within the time given");
        error.retryable = true;
        return with_context(std::move(error));
    }
    std::string message = std::move(unread_.front());
    unread_.pop_front();
    unread_bytes_ -= message.size();
    // Half empty, so that the socket is not stopped and started for each event.
    if (paused_ && unread_bytes_ <= limits_.unread_bytes / 2) {
        paused_ = false;
        socket_->resume();
    }
    return std::optional<std::string>(std::move(message));
}

Result<std::optional<std::string>> Session::end_result() {
    if (!failure_) {
        if (utterance_ == Utterance::none) return std::optional<std::string>();
        failure_ = session_cut("the server closed it and still owes a transcript");
    }
    return with_context(*failure_);
}

Result<void> Session::note(const RealtimeEvent& event) {
    const std::lock_guard lock(mutex_);
    if (event.kind == RealtimeEventKind::delta) {
        // The last event repeats it all, so a longer one could not be told anyway.
        if (transcript_.size() + event.text.size() > limits_.event_bytes) {
            return Error{.kind = ErrorKind::limit,
                         .message = "the transcript is larger than limits.event_bytes",
                         .reach = Reach::executed,
                         .phase = Phase::between_events};
        }
        transcript_ += event.text;
    } else if (event.kind == RealtimeEventKind::done) {
        utterance_ = Utterance::none;
        transcript_deadline_.reset();
        transcript_.clear();
    } else if (event.kind == RealtimeEventKind::error && ends_utterance(event.error.code)) {
        utterance_ = Utterance::none;
        transcript_deadline_.reset();
    }
    return {};
}

Result<RealtimeTranscript> Session::collect() {
    {
        const std::lock_guard lock(mutex_);
        if (utterance_ == Utterance::none && !failure_) {
            return transport::config_error("utterance", "was not begun with commit()");
        }
    }
    for (;;) {
        auto event = next(std::nullopt);
        if (!event) return std::move(event).error();
        // Without an event the session has ended in good order, which is none with a debt.
        if (!*event) break;
        if ((*event)->kind == RealtimeEventKind::done) {
            return RealtimeTranscript{.text = std::move((*event)->text),
                                      .usage = std::move((*event)->usage),
                                      .json = std::move((*event)->json)};
        }
        if ((*event)->kind == RealtimeEventKind::error) {
            const std::lock_guard lock(mutex_);
            return with_context(event_error(**event));
        }
    }
    const std::lock_guard lock(mutex_);
    return with_context(session_cut("the server closed it without a transcript"));
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::realtime
