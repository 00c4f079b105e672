// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// Who uses a socket. Called on the thread of the socket's front end.
class SocketObserver {
 public:
    virtual ~SocketObserver() = default;
    /// Keeps the observer alive while an operation is on its way.
    [[nodiscard]] virtual std::shared_ptr<SocketObserver> keep() = 0;
    /// Valid during the call only. Socket::read asks for more.
    virtual void on_bytes(std::string_view bytes) = 0;
    /// The peer has closed its side, or the connection is broken.
    virtual void on_end() = 0;
    /// What send() could not write at once has gone.
    virtual void on_sent() = 0;
};

/// A connected stream, with or without TLS. Belongs to one thread.
class Socket {
 public:
    virtual ~Socket() = default;
    /// Prepares the stream and reads for the first time.
    virtual void start(SocketObserver& observer) = 0;
    /// One on_bytes or on_end follows.
    virtual void read() = 0;
    /// Takes all bytes and leaves the string empty. True if they have gone already; else on_sent
    /// follows, and nothing more may be sent before.
    virtual bool send(std::string& bytes) = 0;
    /// No call to the observer follows, except those on their way.
    virtual void close() = 0;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
