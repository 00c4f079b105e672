// SPDX-License-Identifier: Apache-2.0
#include "support/scripted_connection.h"

#include <utility>

namespace vllm_client::support {

Connection::Connection(FileDescriptor socket, int index, const StopSignal& stop,
                       ServerRecord& record, const TlsContext* tls)
    : index_(index),
      stop_(stop),
      record_(record),
      tls_context_(tls),
      stream_(std::move(socket), index, stop, record),
      inbound_([this](std::size_t at_most) { return receive(at_most); }) {}

Connection::~Connection() {
    close();
}

bool Connection::start_tls() {
    if (tls_context_ == nullptr) {
        record_.problem(index_, "start_tls on a server without TLS options");
        return false;
    }
    tls_ = std::make_unique<TlsSession>(*tls_context_, stream_);
    const std::string problem = tls_->handshake();
    if (problem.empty()) {
        record_.client_named(index_, tls_->client_name());
        return true;
    }
    record_.problem(index_, problem);
    tls_.reset();
    // Closing with unread bytes would turn into a reset that may overtake the alert.
    stream_.half_close();
    stream_.drain_until_peer_end(std::chrono::seconds(1));
    stream_.close();
    return false;
}

const ReceivedRequest* Connection::read_request() {
    return remember(read_whole_request(inbound_));
}

const ReceivedRequest* Connection::read_request_head() {
    return remember(support::read_request_head(inbound_));
}

const ReceivedRequest* Connection::last_request() const {
    return last_request_ ? &*last_request_ : nullptr;
}

const ReceivedRequest* Connection::remember(RequestOrProblem result) {
    last_request_.reset();
    if (const auto* const unreadable = std::get_if<UnreadableRequest>(&result)) {
        if (!stopping()) record_.problem(index_, unreadable->problem);
        return nullptr;
    }
    last_request_ = std::get<ReceivedRequest>(std::move(result));
    last_request_->connection = index_;
    record_.request_received(*last_request_);
    return last_request();
}

std::optional<std::string> Connection::receive(std::size_t at_most) {
    return tls_ ? tls_->receive(at_most) : stream_.receive(at_most);
}

std::optional<std::string> Connection::read_bytes(std::size_t count) {
    return inbound_.take(count);
}

bool Connection::wait_first_byte() {
    if (!inbound_.empty()) return true;
    return tls_ ? tls_->wait_readable() : stream_.wait_readable();
}

bool Connection::send(std::string_view bytes) {
    return tls_ ? tls_->send(bytes) : stream_.send(bytes);
}

bool Connection::send_split(std::string_view bytes, const std::vector<std::size_t>& positions,
                            std::chrono::milliseconds gap) {
    std::size_t sent = 0;
    for (const std::size_t position : positions) {
        if (position <= sent || position >= bytes.size()) continue;
        if (!send(bytes.substr(sent, position - sent)) || !pause(gap)) return false;
        sent = position;
    }
    return send(bytes.substr(sent));
}

bool Connection::send_endlessly(std::string_view bytes) {
    while (!stopping() && send(bytes)) {
    }
    return false;
}

bool Connection::pause(std::chrono::milliseconds duration) {
    return stop_.wait(-1, 0, duration) == Readiness::timed_out;
}

bool Connection::wait_for(const Gate& gate) {
    return gate.wait(stop_.token());
}

bool Connection::hold() {
    return stream_.wait_peer_end();
}

bool Connection::wait_for_peer_close() {
    return stream_.drain_until_peer_end();
}

void Connection::close() {
    if (tls_ && stream_.is_open()) tls_->close_notify();
    close_without_notify();
}

void Connection::close_without_notify() {
    tls_.reset();
    stream_.close();
}

void Connection::reset() {
    tls_.reset();
    stream_.reset();
}

void Connection::half_close() {
    if (tls_ && stream_.is_open()) tls_->close_notify();
    stream_.half_close();
}

}  // namespace vllm_client::support
