// SPDX-License-Identifier: Apache-2.0
#include "transport/transfer.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "transport/curl_errors.h"
#include "transport/pool.h"
#include "transport/reactor.h"
#include "wire/http_headers.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::transport {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

// How long the end of a body may take once its content is complete.
constexpr milliseconds longest_body_end(1000);

constexpr std::size_t usual_header_bytes = 256;

nanoseconds since_epoch(runtime::TimePoint time) {
    return std::chrono::duration_cast<nanoseconds>(time.time_since_epoch());
}

}  // namespace

Transfer::Transfer(std::shared_ptr<Reactor> reactor, Pool& pool, HttpRequest request,
                   std::shared_ptr<HttpObserver> observer)
    : reactor_(std::move(reactor)),
      pool_(pool),
      request_(std::move(request)),
      observer_(std::move(observer)) {}

Transfer::~Transfer() = default;

void Transfer::leave_note(std::uint32_t note) noexcept {
    notes_.fetch_or(note);
    reactor_->put_in_inbox(shared_from_this());
}

void Transfer::read_notes() {
    const std::uint32_t notes = notes_.exchange(0);
    if ((notes & note_submit) && state_ == State::submitted) begin(reactor_->now());
    if (state_ == State::ended) return;
    if (notes & note_cancel) {
        return fail(Error{.kind = ErrorKind::cancelled, .message = "the request was cancelled"});
    }
    if (notes & note_first_token) first_token_seen_ = true;
    if (notes & note_complete) {
        complete_at_ = reactor_->now();
        arm_timer();
    }
    if ((notes & note_resume) && paused_ && easy_) {
        paused_ = false;
        last_bytes_ = reactor_->now();
        // Delivers what libcurl kept, from inside this call.
        curl_easy_pause(easy_->get(), CURLPAUSE_CONT);
        reactor_->transfer_started();
        arm_timer();
    }
}

void Transfer::refuse() {
    if (state_ != State::submitted) return;
    state_ = State::ended;
    Error error{.kind = ErrorKind::closed, .message = "the client is closed"};
    error.request_id = request_.request_id;
    const std::shared_ptr<HttpObserver> observer = std::move(observer_);
    observer->on_done({}, std::move(error));
}

void Transfer::begin(runtime::TimePoint now) {
    state_ = State::waiting;
    began_ = now;
    arm_timer();
    pool_.admit(shared_from_this());
}

void Transfer::start(std::unique_ptr<EasyHandle> easy) {
    state_ = State::running;
    started_ = reactor_->now();
    easy_ = std::move(easy);
    connection_ = CURL_SOCKET_BAD;
    reply_.sent_at = since_epoch(started_);
    reactor_->transfer_runs(shared_from_this());
    if (auto prepared = easy_->prepare(*this); !prepared) return fail(prepared.error());
    if (curl_multi_add_handle(reactor_->multi(), easy_->get()) != CURLM_OK) {
        return fail(Error{.kind = ErrorKind::resource, .message = "libcurl refused the request"});
    }
    reactor_->transfer_started();
    arm_timer();
}

bool Transfer::connection_ready(curl_socket_t connection) {
    if (pool_.has_surplus(connection)) {
        dirty_connection_ = true;
        return false;
    }
    connected_ = true;
    // Not the reactor's time, which is that of before it waited.
    ready_ = clock_now();
    if (++sends_ > 1) {
        ++reply_.resends;
        PoolCounters::add(pool_.counters().resends, std::uint64_t{1});
        pool_.learn_dead_after(idle_before_);
        pool_.emit(Event::Kind::request_resent);
    }
    connection_ = connection;
    idle_before_ = pool_.idle_time(connection, ready_);
    arm_timer();
    return true;
}

bool Transfer::take_header_line(std::string_view line) {
    if (head_complete_) return true;  // trailers
    const LimitOptions& limits = reactor_->settings().limits;
    header_bytes_ += line.size();  // all blocks together, so that 1xx answers have an end too
    if (line.starts_with("HTTP/")) {
        // A new block: the one before it was a 1xx answer.
        reply_.headers.clear();
        reply_.headers.reserve(usual_header_bytes);
        const auto space = line.find(' ');
        const std::string_view digits = line.substr(std::min(space, line.size() - 1) + 1);
        reply_.status = 0;
        std::from_chars(digits.data(), digits.data() + digits.size(), reply_.status);
        return true;
    }
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r'))
        line.remove_suffix(1);
    if (line.empty()) {
        if (reply_.status >= 200) head_complete();
        return true;
    }
    if (++header_fields_ > limits.header_fields || header_bytes_ > limits.header_bytes) {
        own_error_ =
            Error{.kind = ErrorKind::limit, .message = "the response headers are too large"};
        return false;
    }
    reply_.headers.append(line);
    reply_.headers.push_back('\n');
    return true;
}

void Transfer::head_complete() {
    head_complete_ = true;
    last_bytes_ = clock_now();
    reply_.first_byte_at = since_epoch(last_bytes_);
    const wire::FramingHeaders head = wire::find_framing_headers(reply_.headers);
    const bool is_json = head.content_type && head.content_type->starts_with("application/json");
    streams_ = request_.stream && reply_.status == 200 && !is_json;
    if (head.keep_alive) pool_.learn_keep_alive(*head.keep_alive);
    if (!streams_ && head.content_length) expect_body(*head.content_length);
    // Two lengths for one body are how answers get smuggled: such a connection is used up.
    const bool ambiguous = head.content_length && head.transfer_encoding;
    if (ambiguous || pool_.has_idle_enough()) {
        curl_easy_setopt(easy_->get(), CURLOPT_FORBID_REUSE, 1L);
        forbids_reuse_ = true;
    }
    if (streams_) observer_->on_head(reply_);
    arm_timer();
}

void Transfer::expect_body(std::string_view content_length) {
    std::size_t length = 0;
    std::from_chars(content_length.data(), content_length.data() + content_length.size(), length);
    // Trusted only as far as a limit allows; a lie must not cost memory.
    constexpr std::size_t largest_guess = 1UL << 20;
    constexpr std::size_t parser_padding = 64;
    reply_.body.reserve(std::min(length, largest_guess) + parser_padding);
}

Transfer::Taken Transfer::take_body(std::string_view bytes) {
    last_bytes_ = clock_now();
    if (streams_) {
        if (observer_->on_data(bytes)) return Taken::all;
        paused_ = true;
        return Taken::later;
    }
    const LimitOptions& limits = reactor_->settings().limits;
    const bool is_error = reply_.status >= 400;
    const std::size_t limit = is_error ? limits.error_body_bytes : limits.body_bytes;
    if (reply_.body.size() + bytes.size() > limit) {
        if (is_error) {
            // The beginning says what is wrong; the rest is not worth a connection.
            reply_.body.append(bytes.substr(0, limit - reply_.body.size()));
            surplus_dropped_ = true;
        } else {
            own_error_ =
                Error{.kind = ErrorKind::limit,
                      .message = "the answer is larger than " + std::to_string(limit) + " bytes"};
        }
        return Taken::failed;
    }
    reply_.body.append(bytes);
    return Taken::all;
}

Phase Transfer::current_phase() const noexcept {
    if (state_ != State::running) return Phase::queue;
    if (!connected_) return Phase::connect;
    if (!head_complete_) return Phase::first_byte;
    if (!streams_) return Phase::body;
    return first_token_seen_ ? Phase::between_events : Phase::first_token;
}

Reach Transfer::current_reach() const noexcept {
    if (!connected_) return Reach::not_reached;
    return head_complete_ || reply_.status != 0 ? Reach::executed : Reach::unknown;
}

Error Transfer::timeout_error(Phase phase, milliseconds limit) const {
    const bool total = phase == Phase::none;
    Error error;
    error.kind = total ? ErrorKind::deadline : ErrorKind::timeout;
    error.phase = total ? current_phase() : phase;
    error.message = (total ? "no end within " : "nothing within ") + std::to_string(limit.count()) +
                    " ms (" + std::string(to_string(error.phase)) + ")";
    error.reach = current_reach();
    error.retryable = !total && error.reach != Reach::executed;
    const int peer_port = phase == Phase::connect && easy_ ? pool_.peer_port(*easy_) : 0;
    if (peer_port > 0 && pool_.address().tls) {
        // What hangs is what comes after TCP.
        const bool is_proxy = std::to_string(peer_port) != pool_.address().port;
        error.kind = is_proxy ? ErrorKind::connect : ErrorKind::tls;
        error.retryable = is_proxy;
        error.message.insert(0, is_proxy ? "proxy: " : "TLS handshake: ");
    }
    return error;
}

// One timer for all limits: it is set for the earliest, and looks again when it fires.
void Transfer::arm_timer() {
    std::optional<runtime::TimePoint> due;
    const auto consider = [&due](runtime::TimePoint from, milliseconds limit) {
        if (limit > milliseconds(0) && (!due || from + limit < *due)) due = from + limit;
    };
    const ExchangeTimeouts& limits = request_.timeouts;
    consider(began_, limits.total);
    if (complete_at_) consider(*complete_at_, longest_body_end);
    if (state_ == State::running) {
        if (!connected_) {
            consider(started_, limits.connect);
        } else {
            if (!head_complete_) consider(ready_, limits.first_byte);
            if (request_.stream && !first_token_seen_) consider(ready_, limits.first_token);
            if (head_complete_ && !paused_) consider(last_bytes_, limits.between_events);
        }
    }
    if (due) {
        reactor_->timers().set(*this, *due);
    } else {
        reactor_->timers().remove(*this);
    }
}

void Transfer::on_due(runtime::TimePoint now) {
    const std::shared_ptr<Transfer> alive = shared_from_this();
    const ExchangeTimeouts& limits = request_.timeouts;
    const auto over = [now](runtime::TimePoint from, milliseconds limit) {
        return limit > milliseconds(0) && now >= from + limit;
    };
    if (complete_at_ && over(*complete_at_, longest_body_end)) {
        // Everything is there but the body's end; the connection is the price of its absence.
        detach_from_curl();
        return end(std::nullopt);
    }
    if (over(began_, limits.total)) return fail(timeout_error(Phase::none, limits.total));
    if (state_ == State::running && !connected_ && over(started_, limits.connect)) {
        return fail(timeout_error(Phase::connect, limits.connect));
    }
    if (state_ == State::running && connected_) {
        if (!head_complete_ && over(ready_, limits.first_byte)) {
            return fail(timeout_error(Phase::first_byte, limits.first_byte));
        }
        if (request_.stream && !first_token_seen_ && over(ready_, limits.first_token)) {
            return fail(timeout_error(Phase::first_token, limits.first_token));
        }
        if (head_complete_ && !paused_ && over(last_bytes_, limits.between_events)) {
            const Phase phase = streams_ ? Phase::between_events : Phase::body;
            return fail(timeout_error(phase, limits.between_events));
        }
    }
    arm_timer();
}

void Transfer::detach_from_curl() {
    if (!easy_) return;
    pool_.note_used(connection_, clock_now());
    // For a transfer under way this closes its connection, which is what tells the server to stop.
    curl_multi_remove_handle(reactor_->multi(), easy_->get());
    if (std::exchange(forbids_reuse_, false)) {
        curl_easy_setopt(easy_->get(), CURLOPT_FORBID_REUSE, 0L);
    }
    pool_.release(std::move(easy_));
}

void Transfer::fail(Error error) {
    if (state_ == State::ended) return;
    const std::shared_ptr<Transfer> alive = shared_from_this();
    if (error.phase == Phase::none) error.phase = current_phase();
    if (error.reach == Reach::not_reached) error.reach = current_reach();
    if (error.kind == ErrorKind::timeout && error.phase == Phase::connect) {
        PoolCounters::add(pool_.counters().connect_failures, std::uint64_t{1});
    }
    if (state_ == State::waiting) pool_.remove_waiting(*this);
    if (easy_ && connected_) note_connection();
    detach_from_curl();
    end(std::move(error));
}

bool Transfer::start_again_if_connection_was_bad(CURLcode code) {
    const bool broken =
        code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR || code == CURLE_GOT_NOTHING;
    const bool was_dead = broken && reply_.reused_connection && reply_.status == 0 &&
                          !fresh_connection_ && !request_.at_most_once;
    if (!was_dead && !std::exchange(dirty_connection_, false)) return false;
    fresh_connection_ = true;
    connected_ = false;
    curl_multi_remove_handle(reactor_->multi(), easy_->get());
    auto easy = std::move(easy_);
    easy->release();
    start(std::move(easy));
    return true;
}

Error Transfer::describe(CURLcode code) const {
    if (own_error_) {
        Error error = *own_error_;
        error.phase = current_phase();
        error.reach = current_reach();
        return error;
    }
    if (code == CURLE_OPERATION_TIMEDOUT && !connected_) {
        return timeout_error(Phase::connect, request_.timeouts.connect);
    }
    if (code == CURLE_COULDNT_CONNECT) return pool_.connect_error(*easy_);
    return curl_error(code, current_phase(), current_reach(), streams_, easy_->error_text());
}

void Transfer::note_connection() {
    long made = 0;
    curl_easy_getinfo(easy_->get(), CURLINFO_NUM_CONNECTS, &made);
    PoolCounters& counters = pool_.counters();
    reply_.reused_connection = connected_ && made == 0;
    if (reply_.reused_connection) {
        PoolCounters::add(counters.reused, std::uint64_t{1});
    } else if (connected_ && made > 0) {
        curl_off_t dns = 0;
        curl_off_t connect = 0;
        curl_off_t tls = 0;
        curl_easy_getinfo(easy_->get(), CURLINFO_NAMELOOKUP_TIME_T, &dns);
        curl_easy_getinfo(easy_->get(), CURLINFO_CONNECT_TIME_T, &connect);
        curl_easy_getinfo(easy_->get(), CURLINFO_APPCONNECT_TIME_T, &tls);
        PoolCounters::add(counters.dns_ns, std::int64_t{1000} * dns);
        PoolCounters::add(counters.connect_ns, std::int64_t{1000} * (connect - dns));
        if (tls > 0) PoolCounters::add(counters.tls_ns, std::int64_t{1000} * (tls - connect));
    } else {
        PoolCounters::add(counters.connect_failures, std::uint64_t{1});
    }
}

void Transfer::finish(CURLcode code) {
    if (!dirty_connection_) note_connection();
    if (code != CURLE_OK && start_again_if_connection_was_bad(code)) return;
    std::optional<Error> error;
    if (code != CURLE_OK && !surplus_dropped_) error = describe(code);
    detach_from_curl();
    end(std::move(error));
}

void Transfer::end(std::optional<Error> error) {
    state_ = State::ended;
    reactor_->transfer_ended(shared_from_this(), pool_);
    if (error) {
        error->endpoint = pool_.address().name;
        error->request_id = request_.request_id;
        error->attempts = static_cast<int>(std::max<std::uint32_t>(sends_, 1));
        error->http_status = reply_.status;
    }
    reply_.done_at = since_epoch(clock_now());
    const std::shared_ptr<HttpObserver> observer = std::move(observer_);
    observer->on_done(std::move(reply_), std::move(error));
}

runtime::TimePoint Transfer::clock_now() const {
    return reactor_->settings().clock->now();
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::transport
