// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "support/file_descriptor.h"
#include "support/server_record.h"
#include "support/stop_signal.h"

namespace vllm_client::support {

/// The bytes of one accepted connection. Every wait ends when the server stops; every error of the
/// peer is an ordinary end, noted in the record. Used by the connection's thread only.
class SocketStream {
 public:
    /// `socket` must be non-blocking; `stop` and `record` must outlive this object.
    SocketStream(FileDescriptor socket, int connection, const StopSignal& stop,
                 ServerRecord& record)
        : socket_(std::move(socket)), connection_(connection), stop_(stop), record_(record) {}

    /// Waits for bytes and takes at most `at_most` of them; none once the peer has ended or the
    /// server stops.
    [[nodiscard]] std::optional<std::string> receive(std::size_t at_most);
    /// Waits until bytes can be received, leaving them in the kernel; false if none will come.
    [[nodiscard]] bool wait_readable();
    /// True if all bytes went to the kernel.
    bool send(std::string_view bytes);

    /// Waits, without reading, until the peer closes or resets; false if the server stops first.
    bool wait_peer_end();
    /// The same, but reads and drops whatever still comes; also false after `timeout`.
    bool drain_until_peer_end(std::optional<std::chrono::milliseconds> timeout = {});

    /// FIN: no more bytes from here, reading goes on.
    void half_close() noexcept;
    /// Orderly end. As with any server, the kernel makes it a reset if bytes were left unread.
    void close() noexcept { socket_.reset(); }
    /// Ends with RST. On a Unix socket there is no such thing and it is a plain close.
    void reset() noexcept;

    [[nodiscard]] bool is_open() const noexcept { return socket_.valid(); }
    void note_peer_end(PeerEnd end) { record_.peer_ended(connection_, end); }

 private:
    [[nodiscard]] bool wait(short events) const;

    FileDescriptor socket_;
    const int connection_;
    const StopSignal& stop_;
    ServerRecord& record_;
};

}  // namespace vllm_client::support
