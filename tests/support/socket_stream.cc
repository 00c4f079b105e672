// SPDX-License-Identifier: Apache-2.0
#include "support/socket_stream.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace vllm_client::support {
namespace {

constexpr std::size_t largest_read = std::size_t{64} * 1024;

bool is_retryable(int error) {
    return error == EINTR || error == EAGAIN || error == EWOULDBLOCK;
}

}  // namespace

bool SocketStream::wait(short events) const {
    return is_open() && stop_.wait(socket_.get(), events) == Readiness::ready;
}

std::optional<std::string> SocketStream::receive(std::size_t at_most) {
    std::string bytes(std::min(at_most, largest_read), '\0');
    while (wait(POLLIN)) {
        const ssize_t count = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
        if (count > 0) {
            bytes.resize(static_cast<std::size_t>(count));
            record_.bytes_received(connection_, bytes.size());
            return bytes;
        }
        if (count < 0 && is_retryable(errno)) continue;
        note_peer_end(count == 0 ? PeerEnd::closed : PeerEnd::reset);
        break;
    }
    return std::nullopt;
}

bool SocketStream::wait_readable() {
    while (wait(POLLIN)) {
        char byte = 0;
        const ssize_t count = ::recv(socket_.get(), &byte, 1, MSG_PEEK);
        if (count > 0) return true;
        if (count < 0 && is_retryable(errno)) continue;
        note_peer_end(count == 0 ? PeerEnd::closed : PeerEnd::reset);
        break;
    }
    return false;
}

bool SocketStream::send(std::string_view bytes) {
    while (!bytes.empty()) {
        if (!wait(POLLOUT)) return false;
        const ssize_t count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count < 0 && is_retryable(errno)) continue;
        if (count < 0) {
            note_peer_end(PeerEnd::reset);
            return false;
        }
        record_.bytes_sent(connection_, static_cast<std::size_t>(count));
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return is_open();
}

bool SocketStream::wait_peer_end() {
    if (!wait(POLLRDHUP)) return false;
    int error = 0;
    socklen_t size = sizeof(error);
    ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    note_peer_end(error == 0 ? PeerEnd::closed : PeerEnd::reset);
    return true;
}

bool SocketStream::drain_until_peer_end(std::optional<std::chrono::milliseconds> timeout) {
    using Clock = std::chrono::steady_clock;
    const auto deadline = Clock::now() + timeout.value_or(std::chrono::milliseconds(0));
    while (is_open()) {
        std::optional<std::chrono::milliseconds> left;
        if (timeout) left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
        if (stop_.wait(socket_.get(), POLLIN, left) != Readiness::ready) return false;
        if (!receive(largest_read)) return !stop_.requested();
    }
    return false;
}

void SocketStream::half_close() noexcept {
    if (is_open()) ::shutdown(socket_.get(), SHUT_WR);
}

void SocketStream::reset() noexcept {
    if (!is_open()) return;
    const linger at_once{1, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    socket_.reset();
}

}  // namespace vllm_client::support
