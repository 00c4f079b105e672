// SPDX-License-Identifier: Apache-2.0
#include "transport/pool.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "transport/curl_errors.h"
#include "transport/poller.h"
#include "transport/transfer.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::transport {
namespace {

using std::chrono::milliseconds;

constexpr auto relaxed = std::memory_order_relaxed;

bool closed_by_peer(curl_socket_t socket) noexcept {
#ifdef POLLRDHUP
    constexpr short gone = POLLRDHUP | POLLHUP | POLLERR;
#else
    constexpr short gone = POLLHUP | POLLERR;
#endif
    pollfd entry{.fd = socket, .events = gone, .revents = 0};
    return ::poll(&entry, 1, 0) > 0 && (entry.revents & gone) != 0;
}

// The number after `name=` in a header value such as "timeout=5, max=100".
std::optional<long> parameter(std::string_view value, std::string_view name) {
    const auto at = value.find(name);
    if (at == std::string_view::npos) return std::nullopt;
    value.remove_prefix(at + name.size());
    while (!value.empty() && (value.front() == ' ' || value.front() == '='))
        value.remove_prefix(1);
    long number = 0;
    const auto read = std::from_chars(value.data(), value.data() + value.size(), number);
    if (read.ec != std::errc{} || number < 0) return std::nullopt;
    return number;
}

}  // namespace

Pool::Pool(std::shared_ptr<const Settings> settings, std::size_t index)
    : settings_(std::move(settings)), index_(index), idle_limit_(settings_->pool.idle_limit) {
    const EndpointAddress& address = settings_->endpoints[index_];
    url_base_ = address.base_url;
    const std::string& expected = settings_->tls.expected_host;
    if (address.tls && !expected.empty()) {
        // The URL carries the name to verify; the connection still goes to the real host.
        const auto host_at = url_base_.find("://") + 3;
        url_base_.replace(host_at, address.host.size(), expected);
        const std::string route =
            expected + ":" + address.port + ":" + address.host + ":" + address.port;
        connect_to_.reset(curl_slist_append(nullptr, route.c_str()));
    }
    const auto append = [this](const char* line) {
        headers_.reset(curl_slist_append(headers_.release(), line));
    };
    append(("User-Agent: " + settings_->user_agent).c_str());
    append("Expect:");
    counters_.idle_limit_ms.store(idle_limit_.count(), relaxed);
}

Pool::~Pool() = default;

void Pool::admit(const std::shared_ptr<Transfer>& transfer) {
    if (in_use_ < settings_->pool.max_connections && waiting_.empty()) return start(transfer);
    const LimitOptions& limits = settings_->limits;
    if (waiting_.size() >= limits.queue_requests ||
        waiting_bytes_ + transfer->body_bytes() > limits.queue_bytes) {
        return transfer->fail(Error{.kind = ErrorKind::queue_full,
                                    .message = "too many requests wait for a connection",
                                    .phase = Phase::queue,
                                    .retryable = true});
    }
    waiting_bytes_ += transfer->body_bytes();
    waiting_.push_back(transfer);
    counters_.waiting.store(waiting_.size(), relaxed);
}

void Pool::remove_waiting(const Transfer& transfer) {
    const auto found =
        std::find_if(waiting_.begin(), waiting_.end(),
                     [&transfer](const auto& waiting) { return waiting.get() == &transfer; });
    if (found == waiting_.end()) return;
    waiting_bytes_ -= transfer.body_bytes();
    waiting_.erase(found);
    counters_.waiting.store(waiting_.size(), relaxed);
}

std::vector<std::shared_ptr<Transfer>> Pool::waiting() const {
    return {waiting_.begin(), waiting_.end()};
}

void Pool::start(const std::shared_ptr<Transfer>& transfer) {
    std::unique_ptr<EasyHandle> easy;
    if (!spare_.empty()) {
        easy = std::move(spare_.back());
        spare_.pop_back();
    } else {
        auto made = EasyHandle::make(*this);
        if (!made) return transfer->fail(std::move(made).error());
        easy = *std::move(made);
    }
    ++in_use_;
    counters_.in_use.store(in_use_, relaxed);
    transfer->start(std::move(easy));
}

void Pool::release(std::unique_ptr<EasyHandle> easy) {
    --in_use_;
    counters_.in_use.store(in_use_, relaxed);
    easy->release();
    spare_.push_back(std::move(easy));
    // A burst must not keep its handles for ever: each holds some tens of kilobytes.
    const std::size_t kept = std::max<std::size_t>(settings_->pool.max_idle, 16);
    if (spare_.size() > kept + in_use_) spare_.pop_back();
}

void Pool::start_waiting() {
    while (!waiting_.empty() && in_use_ < settings_->pool.max_connections) {
        const auto transfer = std::move(waiting_.front());
        waiting_.pop_front();
        waiting_bytes_ -= transfer->body_bytes();
        counters_.waiting.store(waiting_.size(), relaxed);
        start(transfer);
    }
}

void Pool::emit(Event::Kind kind) const noexcept {
    if (!settings_->on_event) return;
    try {
        settings_->on_event(Event{.kind = kind, .endpoint = address().name});
    } catch (...) {
        // A user's hook must not disturb libcurl, which may be the caller.
        return;
    }
}

curl_socket_t Pool::open_socket(EasyHandle& easy, const curl_sockaddr& address) noexcept {
    int type = address.socktype;
#ifdef SOCK_CLOEXEC
    type |= SOCK_CLOEXEC;
#endif
    const curl_socket_t socket = ::socket(address.family, type, address.protocol);
    if (socket < 0) {
        if (errno != EAFNOSUPPORT) easy.note_out_of_descriptors();
        return CURL_SOCKET_BAD;
    }
    try {
        easy.pending_sockets().push_back(socket);
        const auto at = static_cast<std::size_t>(socket);
        if (at >= sockets_.size()) sockets_.resize(at + 64);
        sockets_[at] = {.state = SocketState::connecting, .opener = &easy};
    } catch (...) {
        ::close(socket);
        return CURL_SOCKET_BAD;
    }
    return socket;
}

const Pool::Socket* Pool::connected(curl_socket_t socket) const noexcept {
    if (socket < 0 || static_cast<std::size_t>(socket) >= sockets_.size()) return nullptr;
    const Socket& known = sockets_[static_cast<std::size_t>(socket)];
    return known.state == SocketState::connected ? &known : nullptr;
}

curl_socket_t Pool::find_by_port(int local_port) const noexcept {
    const auto found = by_port_.find(local_port);
    if (local_port <= 0 || found == by_port_.end()) return CURL_SOCKET_BAD;
    const Socket* known = connected(found->second);
    return known && known->local_port == local_port ? found->second : CURL_SOCKET_BAD;
}

curl_socket_t Pool::connection_ready(EasyHandle& easy, int local_port) noexcept {
    auto& pending = easy.pending_sockets();
    if (pending.empty()) return find_by_port(local_port);
    curl_socket_t ready = CURL_SOCKET_BAD;
    for (const curl_socket_t socket : pending) {
        // Sockets that lost the race are closed by now, and their numbers may be somebody else's.
        Socket& known = sockets_[static_cast<std::size_t>(socket)];
        if (known.state != SocketState::connecting || known.opener != &easy) continue;
        known.state = SocketState::connected;
        known.local_port = local_port;
        ready = socket;
        PoolCounters::add(counters_.created, std::uint64_t{1});
        PoolCounters::add(counters_.open, std::uint64_t{1});
        emit(Event::Kind::connection_opened);
    }
    pending.clear();
    try {
        if (ready != CURL_SOCKET_BAD && local_port > 0) by_port_[local_port] = ready;
    } catch (...) {
        return CURL_SOCKET_BAD;  // unknown, then: it is only looked at less closely
    }
    return ready;
}

void Pool::close_socket(curl_socket_t socket) noexcept {
    if (poller_) poller_->forget(socket);
    if (connected(socket)) count_closed(socket, closed_by_peer(socket));
    if (static_cast<std::size_t>(socket) < sockets_.size()) {
        sockets_[static_cast<std::size_t>(socket)] = {};
    }
    ::close(socket);
}

void Pool::count_closed(curl_socket_t socket, bool by_peer) noexcept {
    Socket& known = sockets_[static_cast<std::size_t>(socket)];
    if (find_by_port(known.local_port) == socket) by_port_.erase(known.local_port);
    known = {};
    PoolCounters::add(counters_.open, ~std::uint64_t{0});
    PoolCounters::add(by_peer ? counters_.closed_by_peer : counters_.closed_by_us,
                      std::uint64_t{1});
    emit(Event::Kind::connection_closed);
}

bool Pool::idle_socket_readable(curl_socket_t socket) noexcept {
    const Socket* known = connected(socket);
    if (!known) return false;
    if (!closed_by_peer(socket)) return true;
    if (known->last_used != runtime::TimePoint{}) {
        learn_dead_after(idle_time(socket, settings_->clock->now()));
    }
    count_closed(socket, true);
    return true;
}

bool Pool::has_surplus(curl_socket_t connection) const noexcept {
    const Socket* known = connected(connection);
    if (!known || known->last_used == runtime::TimePoint{} || address().tls ||
        settings_->http_version == HttpVersion::http2_prior_knowledge) {
        return false;
    }
    char byte = 0;
    return ::recv(connection, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

void Pool::note_used(curl_socket_t connection, runtime::TimePoint now) noexcept {
    if (connected(connection)) sockets_[static_cast<std::size_t>(connection)].last_used = now;
}

runtime::Duration Pool::idle_time(curl_socket_t connection, runtime::TimePoint now) const noexcept {
    const Socket* known = connected(connection);
    if (!known || known->last_used == runtime::TimePoint{}) return runtime::Duration::zero();
    return now - known->last_used;
}

int Pool::peer_port(EasyHandle& easy) const noexcept {
    for (const curl_socket_t socket : easy.pending_sockets()) {
        const Socket& known = sockets_[static_cast<std::size_t>(socket)];
        if (known.state != SocketState::connecting || known.opener != &easy) continue;
        sockaddr_storage peer{};
        socklen_t size = sizeof peer;
        if (::getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &size) != 0) continue;
        if (peer.ss_family == AF_INET) {
            return ntohs(reinterpret_cast<const sockaddr_in&>(peer).sin_port);
        }
        if (peer.ss_family == AF_INET6) {
            return ntohs(reinterpret_cast<const sockaddr_in6&>(peer).sin6_port);
        }
    }
    return 0;
}

Error Pool::connect_error(const EasyHandle& easy) const {
    if (easy.out_of_descriptors()) {
        return Error{.kind = ErrorKind::resource,
                     .message = "no file descriptor is left for a connection",
                     .phase = Phase::connect,
                     .retryable = true};
    }
    Error error = curl_error(CURLE_COULDNT_CONNECT, Phase::connect, Reach::not_reached, false,
                             easy.error_text());
    const std::string& path = address().unix_socket;
    if (!path.empty()) {
        error.message = "no connection to the Unix socket " + path;
        // A path that is not there does not come back by itself.
        error.retryable = ::access(path.c_str(), F_OK) == 0;
    }
    return error;
}

long Pool::max_idle_age() const noexcept {
    // 0 would mean libcurl's own 118 s; the same number of seconds is "none" for any real server.
    constexpr long no_limit = 86'400;
    if (idle_limit_ <= milliseconds(0)) return no_limit;
    // libcurl compares whole idle seconds with ">", so n − 1 retires connections idle for n
    // seconds.
    return std::max(1L, static_cast<long>(idle_limit_ / std::chrono::seconds(1)) - 1);
}

void Pool::set_idle_limit(milliseconds limit) noexcept {
    idle_limit_ = limit;
    counters_.idle_limit_ms.store(limit.count(), relaxed);
}

void Pool::learn_keep_alive(std::string_view header) noexcept {
    const auto seconds = parameter(header, "timeout");
    // A day or more is no limit, and would not fit into milliseconds if it were larger still.
    if (!seconds || *seconds > 86'400) return;
    const std::chrono::seconds server_limit(*seconds);
    // A second of margin for the request's own way; never longer than what the user allows.
    const milliseconds safe =
        std::max(milliseconds(1000), milliseconds(server_limit) - milliseconds(1000));
    const milliseconds allowed = settings_->pool.idle_limit;
    if (allowed <= milliseconds(0) || safe >= allowed) return;
    if (safe != idle_limit_) set_idle_limit(safe);
}

void Pool::learn_dead_after(std::chrono::nanoseconds idle) noexcept {
    if (idle_limit_ <= milliseconds(0)) return;
    const auto observed = std::chrono::duration_cast<milliseconds>(idle);
    // Below two seconds it was a restart or an error, not an idle limit.
    if (observed < milliseconds(2000) || observed >= idle_limit_) return;
    set_idle_limit(std::max(milliseconds(1000), observed - milliseconds(1000)));
}

bool Pool::has_idle_enough() const noexcept {
    const std::uint64_t open = counters_.open.load(relaxed);
    const std::uint64_t idle = open > in_use_ ? open - in_use_ : 0;
    // Requests that must not share a connection may have opened more than there should be.
    return idle >= settings_->pool.max_idle || open > settings_->pool.max_connections;
}

PoolStats Pool::stats() const {
    PoolStats stats;
    stats.endpoint = address().name;
    stats.open = counters_.open.load(relaxed);
    stats.in_use = counters_.in_use.load(relaxed);
    stats.idle = stats.open > stats.in_use ? stats.open - stats.in_use : 0;
    stats.waiting = counters_.waiting.load(relaxed);
    stats.created = counters_.created.load(relaxed);
    stats.reused = counters_.reused.load(relaxed);
    stats.closed_by_us = counters_.closed_by_us.load(relaxed);
    stats.closed_by_peer = counters_.closed_by_peer.load(relaxed);
    stats.connect_failures = counters_.connect_failures.load(relaxed);
    stats.resends = counters_.resends.load(relaxed);
    stats.dns_time = std::chrono::nanoseconds(counters_.dns_ns.load(relaxed));
    stats.connect_time = std::chrono::nanoseconds(counters_.connect_ns.load(relaxed));
    stats.tls_time = std::chrono::nanoseconds(counters_.tls_ns.load(relaxed));
    stats.idle_limit = milliseconds(counters_.idle_limit_ms.load(relaxed));
    stats.healthy = healthy();
    return stats;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::transport
