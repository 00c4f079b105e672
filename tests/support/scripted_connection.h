// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/gate.h"
#include "support/received_request.h"
#include "support/socket_stream.h"
#include "support/tls_session.h"

namespace vllm_client::support {

/// The server's end of one connection, as scripts and `call` steps use it. Belongs to the
/// connection's thread. Every wait ends when the server stops; a method that says false or none
/// means that the script should end: the peer is gone or the server stops.
class Connection {
 public:
    /// `stop` and `record` must outlive this object; `tls` too, and is null for plain servers.
    Connection(FileDescriptor socket, int index, const StopSignal& stop, ServerRecord& record,
               const TlsContext* tls);
    /// Closes in an orderly way if the script did not.
    ~Connection();

    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    [[nodiscard]] int index() const noexcept { return index_; }
    [[nodiscard]] bool stopping() const { return stop_.requested(); }

    /// Begins TLS; on failure the reason goes to the record.
    bool start_tls();

    /// Reads and records one request; the pointer lives until the next read.
    const ReceivedRequest* read_request();
    /// Reads and records request line and headers only; read_bytes gets at the body.
    const ReceivedRequest* read_request_head();
    /// The request read last, or null.
    [[nodiscard]] const ReceivedRequest* last_request() const;
    [[nodiscard]] std::optional<std::string> read_bytes(std::size_t count);
    /// Waits until something can be read, and reads nothing.
    [[nodiscard]] bool wait_first_byte();

    bool send(std::string_view bytes);
    /// Sends `bytes` in pieces cut before the given ascending positions, `gap` apart.
    bool send_split(std::string_view bytes, const std::vector<std::size_t>& positions,
                    std::chrono::milliseconds gap);
    /// Sends again and again until the peer is gone; always false in the end.
    bool send_endlessly(std::string_view bytes);

    bool pause(std::chrono::milliseconds duration);
    bool wait_for(const Gate& gate);

    /// Keeps the connection open without reading until the peer ends.
    bool hold();
    /// Reads and drops until the peer ends; sees an end behind unread data, which hold cannot.
    bool wait_for_peer_close();

    /// FIN, after close_notify under TLS. A reset instead if received bytes were left unread.
    void close();
    /// FIN without close_notify: under TLS a cut, in plain text the same as close.
    void close_without_notify();
    /// RST.
    void reset();
    /// No more bytes from here; reading goes on.
    void half_close();

 private:
    const ReceivedRequest* remember(RequestOrProblem result);
    std::optional<std::string> receive(std::size_t at_most);

    const int index_;
    const StopSignal& stop_;
    ServerRecord& record_;
    const TlsContext* const tls_context_;
    SocketStream stream_;
    std::unique_ptr<TlsSession> tls_;
    InboundBytes inbound_;
    std::optional<ReceivedRequest> last_request_;
};

}  // namespace vllm_client::support
