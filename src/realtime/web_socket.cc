// SPDX-License-Identifier: Apache-2.0
#include "realtime/web_socket.h"

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>
#include <exception>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>

#include "realtime/beast_error.h"
#include "realtime/socket_error.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::realtime {
namespace {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;
using PlainSocket =
    asio::basic_stream_socket<asio::generic::stream_protocol, asio::io_context::executor_type>;
using Timer =
    asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, asio::io_context::executor_type>;

// The streams below a WebSocket, as types of our own for the sake of async_teardown.
struct PlainLayer : PlainSocket {
    using PlainSocket::PlainSocket;
};
struct TlsLayer : asio::ssl::stream<PlainSocket> {
    using asio::ssl::stream<PlainSocket>::stream;
};

// Called by Beast after a close frame or a broken one. Its own way waits, without limit, for the
// peer to let go of the connection; we are about to drop it.
template <class Handler>
void async_teardown(boost::beast::role_type, PlainLayer& layer, Handler&& handler) {
    asio::post(layer.get_executor(),
               boost::beast::bind_front_handler(std::forward<Handler>(handler), error_code()));
}
template <class Handler>
void async_teardown(boost::beast::role_type, TlsLayer& layer, Handler&& handler) {
    asio::post(layer.get_executor(),
               boost::beast::bind_front_handler(std::forward<Handler>(handler), error_code()));
}

/// A WebSocket over a plain or a TLS stream. Everything below the public part runs on the thread.
template <class Layer>
class Link final : public WebSocket {
    static constexpr bool is_tls = std::is_same_v<Layer, TlsLayer>;

 public:
    Link(WebSocketSetup setup, WebSocketObserver& observer)
        : setup_(std::move(setup)), observer_(observer), stream_(make_stream()) {
        asio::post(context_, [this] { connect({}); });
        thread_ = std::thread([this] { run(); });
    }
    ~Link() override {
        abort();
        thread_.join();
    }
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

    void send(std::string text) override {
        asio::post(context_, [this, text = std::move(text)]() mutable {
            outgoing_.push_back(std::move(text));
            write();
        });
    }
    void resume() override {
        asio::post(context_, [this] {
            if (!std::exchange(paused_, false)) return;
            last_sign_ = Clock::now();
            read();
        });
    }
    void close(std::chrono::milliseconds patience) override {
        asio::post(context_, [this, patience] { say_goodbye(patience); });
    }
    void abort() override {
        asio::post(context_, [this] { finish(std::nullopt); });
    }

 private:
    auto make_stream() {
        if constexpr (is_tls) {
            tls_.emplace(setup_.tls_context.release());
            return websocket::stream<Layer>(context_, *tls_);
        } else {
            return websocket::stream<Layer>(context_);
        }
    }
    PlainSocket& socket() { return boost::beast::get_lowest_layer(stream_); }

    void run() {
        try {
            context_.run();
        } catch (const std::exception&) {
            // Nothing but a failed allocation comes here.
            finish(Error{.kind = ErrorKind::resource, .message = "out of memory"});
        }
    }

    // The one end of everything. Operations under way end as aborted, and are not looked at.
    void finish(std::optional<Error> error) {
        if (std::exchange(finished_, true)) return;
        error_code ignored;
        socket().close(ignored);
        timer_.cancel();
        life_timer_.cancel();
        work_.reset();
        observer_.on_end(std::move(error));
    }

    // Runs `expired` at `deadline`, unless the timer is set anew or stopped before.
    template <class F>
    void set_timer(std::optional<Clock::time_point> deadline, F expired) {
        timer_.cancel();
        if (!deadline) return;
        timer_.expires_at(*deadline);
        timer_.async_wait([this, expired, stage = ++stage_](error_code error) {
            if (!error && !finished_ && stage == stage_) expired();
        });
    }
    void stop_timer() {
        ++stage_;
        timer_.cancel();
    }

    // --- Connecting ---

    // Each address has its share of the time, so that a dead first one does not take all of it.
    std::optional<Clock::time_point> share_of_time() const {
        if (!setup_.connect_deadline) return std::nullopt;
        const auto left = static_cast<long>(setup_.addresses.size() - next_address_);
        const auto now = Clock::now();
        return now + (*setup_.connect_deadline - now) / left;
    }

    void connect(error_code last) {
        if (finished_) return;
        if (next_address_ == setup_.addresses.size()) {
            return finish(
                timed_out_ ? step_timed_out(Phase::connect, "no connection within timeouts.connect")
                           : connect_error(last));
        }
        error_code ignored;
        socket().close(ignored);
        timed_out_ = false;
        set_timer(share_of_time(), [this] {
            timed_out_ = true;
            error_code dropped;
            socket().close(dropped);
        });
        const SocketAddress& address = setup_.addresses[next_address_++];
        socket().async_connect(
            asio::generic::stream_protocol::endpoint(&address.storage, address.size),
            [this](error_code error) { error ? connect(error) : secure(); });
    }

    void secure() {
        if (finished_) return;
        error_code ignored;  // a Unix socket has no such option
        socket().set_option(asio::ip::tcp::no_delay(true), ignored);
        if constexpr (is_tls) {
            set_timer(setup_.connect_deadline, [this] {
                finish(step_timed_out(Phase::connect, "no TLS within timeouts.connect"));
            });
            SSL& connection = *stream_.next_layer().native_handle();
            if (!expect_host(connection, setup_.tls, setup_.plan.host)) {
                return finish(tls_error(connection, "the host's name was refused"));
            }
            stream_.next_layer().async_handshake(
                asio::ssl::stream_base::client, [this, &connection](error_code error) {
                    if (finished_) return;
                    if (error) return finish(tls_error(connection, error.message()));
                    if (auto wrong = check_pinned_key(connection, setup_.tls)) return finish(wrong);
                    upgrade();
                });
        } else {
            upgrade();
        }
    }

    void upgrade() {
        std::optional<Clock::time_point> deadline;
        if (setup_.handshake.count() > 0) deadline = Clock::now() + setup_.handshake;
        set_timer(deadline, [this] {
            finish(step_timed_out(Phase::first_byte, "no answer within timeouts.handshake"));
        });
        stream_.set_option(
            websocket::stream_base::decorator([this](websocket::request_type& request) {
                for (const Header& header : setup_.plan.headers)
                    request.insert(header.name, header.value);
            }));
        stream_.async_handshake(response_, setup_.plan.host_header, setup_.plan.path,
                                [this](error_code error) { upgraded(error); });
    }

    void upgraded(error_code error) {
        if (finished_) return;
        if (error == websocket::error::upgrade_declined) {
            return finish(
                upgrade_refused(static_cast<int>(response_.result_int()), response_.body()));
        }
        if (error) return finish(handshake_error(error));
        stream_.read_message_max(setup_.event_bytes);
        stream_.auto_fragment(false);
        stream_.write_buffer_bytes(64U << 10U);
        stream_.text(true);
        stream_.control_callback([this](websocket::frame_type, boost::beast::string_view) {
            last_sign_ = Clock::now();
        });
        open_ = true;
        last_sign_ = Clock::now();
        watch_for_life();
        read();
        write();
    }

    // --- Open ---

    void read() {
        stream_.async_read(incoming_, [this](error_code error, std::size_t) {
            if (finished_) return;
            if (error) return read_failed(error);
            if (!std::exchange(met_, true)) stop_timer();
            last_sign_ = Clock::now();
            if (!stream_.got_text()) {
                return finish(Error{.kind = ErrorKind::decode,
                                    .message = "the server sent a binary message",
                                    .reach = Reach::executed,
                                    .phase = Phase::decode});
            }
            std::string text = boost::beast::buffers_to_string(incoming_.data());
            incoming_.consume(incoming_.size());
            paused_ = !observer_.on_message(std::move(text));
            if (!paused_) read();
        });
    }

    void read_failed(error_code error) {
        const websocket::close_reason& reason = stream_.reason();
        if (error != websocket::error::closed && reason.code == websocket::close_code::none) {
            // Our own goodbye ends the read; its own handler says how.
            if (!closing_) finish(read_error(write_error_ ? write_error_ : error));
        } else if (is_proper_end(reason.code)) {
            finish(std::nullopt);
        } else {
            finish(closed_by_server(reason.code, {reason.reason.data(), reason.reason.size()}));
        }
    }

    void write() {
        if (!open_ || writing_ || closing_ || finished_ || outgoing_.empty()) return;
        writing_ = true;
        stream_.async_write(asio::buffer(outgoing_.front()), [this](error_code error, std::size_t) {
            writing_ = false;
            if (finished_) return;
            if (error) return write_failed(error);
            const std::size_t size = outgoing_.front().size();
            outgoing_.pop_front();
            observer_.on_sent(size);
            write();
        });
    }

    // The read, if there is one, ends too, and may know better: a close frame may lie there.
    void write_failed(error_code error) {
        write_error_ = error;
        if (paused_) finish(read_error(error));
    }

    void say_goodbye(std::chrono::milliseconds patience) {
        if (finished_ || std::exchange(closing_, true)) return;
        if (!open_) return finish(std::nullopt);
        set_timer(Clock::now() + patience, [this] { finish(std::nullopt); });
        stream_.async_close(websocket::close_code::normal,
                            [this](error_code) { finish(std::nullopt); });
    }

    // A quiet peer is sent a ping halfway, and given up at the end. While we do not read we cannot
    // hear, and draw no conclusions.
    void watch_for_life() {
        if (setup_.silence.count() == 0 || finished_) return;
        const auto now = Clock::now();
        const auto quiet = now - last_sign_;
        if (quiet >= setup_.silence && !paused_) {
            return finish(step_timed_out(
                Phase::between_events, "no sign of life from the server within timeouts.silence"));
        }
        if (quiet >= setup_.silence / 2 && !paused_ && !pinging_ && !closing_) {
            pinging_ = true;
            stream_.async_ping({}, [this](error_code) { pinging_ = false; });
        }
        life_timer_.expires_at(
            now + std::max<Clock::duration>(setup_.silence / 4, std::chrono::milliseconds(1)));
        life_timer_.async_wait([this](error_code error) {
            if (!error) watch_for_life();
        });
    }

    WebSocketSetup setup_;
    WebSocketObserver& observer_;
    asio::io_context context_{1};
    asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
    std::optional<asio::ssl::context> tls_;
    websocket::stream<Layer> stream_;
    Timer timer_{context_};       // of the step under way
    Timer life_timer_{context_};  // see watch_for_life
    websocket::response_type response_;
    boost::beast::flat_buffer incoming_;
    std::deque<std::string> outgoing_;
    Clock::time_point last_sign_{};
    error_code write_error_;
    std::size_t next_address_{0};
    unsigned stage_{0};
    bool timed_out_{false};  // the address tried last
    bool open_{false};
    bool met_{false};  // there was an event
    bool writing_{false};
    bool paused_{false};
    bool pinging_{false};
    bool closing_{false};
    bool finished_{false};
    std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<WebSocket>> WebSocket::open(WebSocketSetup setup,
                                                   WebSocketObserver& observer) {
    try {
        const bool tls = setup.plan.tls;
        std::unique_ptr<WebSocket> socket;
        if (tls) {
            socket = std::make_unique<Link<TlsLayer>>(std::move(setup), observer);
        } else {
            socket = std::make_unique<Link<PlainLayer>>(std::move(setup), observer);
        }
        return socket;
    } catch (const std::exception&) {
        return Error{.kind = ErrorKind::resource,
                     .message = "no thread or socket for the session",
                     .phase = Phase::connect,
                     .retryable = true};
    }
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::realtime
