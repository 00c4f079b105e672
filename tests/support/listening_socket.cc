// SPDX-License-Identifier: Apache-2.0
#include "support/listening_socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

namespace vllm_client::support {
namespace {

struct Address {
    sockaddr_storage storage{};
    socklen_t size = 0;

    [[nodiscard]] sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

template <typename Native>
Address address_from(const Native& native) {
    Address address;
    std::memcpy(&address.storage, &native, sizeof(native));
    address.size = sizeof(native);
    return address;
}

Address address_for(const ListenOptions& options, const std::filesystem::path& socket_path) {
    if (options.address == ListenOn::ipv4_loopback) {
        sockaddr_in native{};
        native.sin_family = AF_INET;
        native.sin_port = htons(options.port);
        native.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return address_from(native);
    }
    if (options.address == ListenOn::ipv6_loopback) {
        sockaddr_in6 native{};
        native.sin6_family = AF_INET6;
        native.sin6_port = htons(options.port);
        native.sin6_addr = in6addr_loopback;
        return address_from(native);
    }
    sockaddr_un native{};
    native.sun_family = AF_UNIX;
    const std::string path = socket_path.string();
    if (path.size() >= sizeof(native.sun_path)) {
        throw std::system_error(ENAMETOOLONG, std::generic_category(), path);
    }
    std::memcpy(native.sun_path, path.data(), path.size());
    return address_from(native);
}

void set_option(int descriptor, int level, int name, int value) {
    if (::setsockopt(descriptor, level, name, &value, sizeof(value)) != 0) {
        throw std::system_error(errno, std::generic_category(), "setsockopt");
    }
}

std::uint16_t bound_port(int descriptor) {
    Address bound;
    bound.size = sizeof(bound.storage);
    if (::getsockname(descriptor, bound.get(), &bound.size) != 0) {
        throw std::system_error(errno, std::generic_category(), "getsockname");
    }
    if (bound.storage.ss_family == AF_INET) {
        sockaddr_in native{};
        std::memcpy(&native, &bound.storage, sizeof(native));
        return ntohs(native.sin_port);
    }
    sockaddr_in6 native{};
    std::memcpy(&native, &bound.storage, sizeof(native));
    return ntohs(native.sin6_port);
}

}  // namespace

ListeningSocket::ListeningSocket(const ListenOptions& options,
                                 const std::filesystem::path& socket_path) {
    Address address = address_for(options, socket_path);
    descriptor_ = FileDescriptor(
        ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const int descriptor = descriptor_.get();
    if (!descriptor_.valid()) throw std::system_error(errno, std::generic_category(), "socket");
    set_option(descriptor, SOL_SOCKET, SO_REUSEADDR, 1);
    // Accepted sockets inherit these; after accept it would be too late to shrink the window.
    if (options.receive_buffer > 0) {
        set_option(descriptor, SOL_SOCKET, SO_RCVBUF, options.receive_buffer);
    }
    if (options.send_buffer > 0) {
        set_option(descriptor, SOL_SOCKET, SO_SNDBUF, options.send_buffer);
    }
    if (options.address == ListenOn::ipv6_loopback) {
        set_option(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    }
    if (::bind(descriptor, address.get(), address.size) != 0) {
        throw std::system_error(errno, std::generic_category(), "bind");
    }
    if (::listen(descriptor, options.backlog) != 0) {
        throw std::system_error(errno, std::generic_category(), "listen");
    }
    if (options.address != ListenOn::unix_socket) port_ = bound_port(descriptor);
}

std::optional<FileDescriptor> ListeningSocket::accept() {
    FileDescriptor accepted(
        ::accept4(descriptor_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!accepted.valid()) return std::nullopt;
    if (port_ != 0) {
        // Without this the kernel may join pieces that a script sends apart. It fails only if the
        // peer is gone already, which the script then notices.
        const int on = 1;
        ::setsockopt(accepted.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    }
    return accepted;
}

}  // namespace vllm_client::support
