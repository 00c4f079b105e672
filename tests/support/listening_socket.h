// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "support/file_descriptor.h"

namespace vllm_client::support {

/// Which local address a server listens on.
enum class ListenOn { ipv4_loopback, ipv6_loopback, unix_socket };

struct ListenOptions {
    ListenOn address = ListenOn::ipv4_loopback;
    /// 0: the system picks one. A restart test passes the port of the stopped server.
    std::uint16_t port = 0;
    /// Connections the kernel completes before accept; small values make a full listen queue.
    int backlog = 1024;
    /// Kernel buffer sizes per connection in bytes; 0 leaves the system's default.
    int receive_buffer = 0;
    int send_buffer = 0;
};

/// A bound, listening, non-blocking socket. Used by one thread at a time.
class ListeningSocket {
 public:
    /// `socket_path` is read for Unix sockets only. Throws std::system_error.
    ListeningSocket(const ListenOptions& options, const std::filesystem::path& socket_path);

    [[nodiscard]] int descriptor() const noexcept { return descriptor_.get(); }
    /// 0 for Unix sockets.
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

    /// The next waiting connection, non-blocking and with Nagle's delay off; none if nothing
    /// waits or no descriptor is free (errno says which).
    [[nodiscard]] std::optional<FileDescriptor> accept();

    /// From now on connecting is refused.
    void close() noexcept { descriptor_.reset(); }

 private:
    FileDescriptor descriptor_;
    std::uint16_t port_ = 0;
};

}  // namespace vllm_client::support
