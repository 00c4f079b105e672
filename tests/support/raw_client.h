// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "support/file_descriptor.h"
#include "support/listening_socket.h"

namespace vllm_client::support {

/// A bare blocking client socket, for testing servers byte by byte. Every wait for bytes gives up
/// after 30 seconds, so that a broken server fails a test instead of hanging it.
class RawClient {
 public:
    /// Connects to a port on the loopback address, or to a Unix socket. Throws std::system_error.
    explicit RawClient(std::uint16_t port, ListenOn address = ListenOn::ipv4_loopback);
    explicit RawClient(const std::filesystem::path& socket_path);

    /// True if all bytes went to the kernel.
    bool send(std::string_view bytes);
    /// What the next read brings, at most 64 KiB; empty at the end.
    [[nodiscard]] std::string read_some();
    /// Exactly `count` bytes, or fewer if the server ends before.
    [[nodiscard]] std::string read(std::size_t count);
    /// Everything until the server ends; was_reset tells how it ended.
    [[nodiscard]] std::string read_to_end();
    [[nodiscard]] bool was_reset() const noexcept { return was_reset_; }

    /// FIN, reading goes on.
    void half_close();
    void close() noexcept { socket_.reset(); }
    /// RST.
    void reset();

    [[nodiscard]] int descriptor() const noexcept { return socket_.get(); }

 private:
    std::string receive(std::size_t at_most);

    FileDescriptor socket_;
    bool was_reset_ = false;
};

}  // namespace vllm_client::support
