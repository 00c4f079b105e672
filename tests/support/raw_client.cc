// SPDX-License-Identifier: Apache-2.0
#include "support/raw_client.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace vllm_client::support {
namespace {

template <typename Native>
FileDescriptor connected(const Native& address, sa_family_t family) {
    FileDescriptor socket(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!socket.valid()) throw std::system_error(errno, std::generic_category(), "socket");
    const timeval patience{30, 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    const auto* const target = reinterpret_cast<const sockaddr*>(&address);
    if (::connect(socket.get(), target, sizeof(address)) != 0) {
        throw std::system_error(errno, std::generic_category(), "connect");
    }
    return socket;
}

FileDescriptor connected_to_port(std::uint16_t port, ListenOn address) {
    if (address == ListenOn::ipv6_loopback) {
        sockaddr_in6 native{};
        native.sin6_family = AF_INET6;
        native.sin6_port = htons(port);
        native.sin6_addr = in6addr_loopback;
        return connected(native, AF_INET6);
    }
    sockaddr_in native{};
    native.sin_family = AF_INET;
    native.sin_port = htons(port);
    native.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return connected(native, AF_INET);
}

FileDescriptor connected_to_path(const std::string& path) {
    sockaddr_un native{};
    native.sun_family = AF_UNIX;
    if (path.size() >= sizeof(native.sun_path)) {
        throw std::system_error(ENAMETOOLONG, std::generic_category(), path);
    }
    std::memcpy(native.sun_path, path.data(), path.size());
    return connected(native, AF_UNIX);
}

}  // namespace

RawClient::RawClient(std::uint16_t port, ListenOn address)
    : socket_(connected_to_port(port, address)) {}

RawClient::RawClient(const std::filesystem::path& socket_path)
    : socket_(connected_to_path(socket_path.string())) {}

bool RawClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

std::string RawClient::receive(std::size_t at_most) {
    std::string bytes(at_most, '\0');
    ssize_t count = 0;
    do {
        count = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
    } while (count < 0 && errno == EINTR);
    if (count < 0) was_reset_ = errno == ECONNRESET;
    bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return bytes;
}

std::string RawClient::read_some() {
    return receive(std::size_t{64} * 1024);
}

std::string RawClient::read(std::size_t count) {
    std::string all;
    while (all.size() < count) {
        const std::string more = receive(count - all.size());
        if (more.empty()) break;
        all += more;
    }
    return all;
}

std::string RawClient::read_to_end() {
    std::string all;
    for (std::string more = read_some(); !more.empty(); more = read_some())
        all += more;
    return all;
}

void RawClient::half_close() {
    ::shutdown(socket_.get(), SHUT_WR);
}

void RawClient::reset() {
    const linger at_once{1, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    close();
}

}  // namespace vllm_client::support
