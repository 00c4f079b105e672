// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "support/received_request.h"

namespace vllm_client::support {

/// How the peer's side of a connection ended, as far as it was seen.
enum class PeerEnd { closed, reset };

/// What one connection did.
struct ConnectionRecord {
    /// Counted from 0 in order of acceptance.
    int index = 0;
    std::chrono::steady_clock::time_point accepted_at;
    /// False once the script has ended and the descriptor is closed.
    bool open = true;
    int requests = 0;
    /// Bytes on the wire, TLS records included.
    std::uint64_t bytes_received = 0;
    std::uint64_t bytes_sent = 0;
    /// When and how the server noticed the peer's end. Only steps that read, send or hold notice.
    std::optional<std::chrono::steady_clock::time_point> peer_ended_at;
    std::optional<PeerEnd> peer_end;
    /// First thing that went wrong, in words: failed TLS handshake, unreadable request.
    std::string problem;
    /// Common name of the client's certificate, if it showed one.
    std::string client_name;
};

/// What happened on a server, written by its threads and read by the test. Safe from any thread.
class ServerRecord {
 public:
    /// Without `keep` only the counts and the open connections are kept: for very long runs.
    explicit ServerRecord(bool keep) : keep_(keep) {}

    /// Registers the next connection and returns its index.
    int connection_accepted();
    void connection_closed(int connection);
    void request_received(const ReceivedRequest& request);
    void bytes_received(int connection, std::size_t count);
    void bytes_sent(int connection, std::size_t count);
    /// Only the first end of a connection counts.
    void peer_ended(int connection, PeerEnd end);
    void problem(int connection, const std::string& what);
    void client_named(int connection, const std::string& name);

    [[nodiscard]] std::vector<ReceivedRequest> requests() const;
    [[nodiscard]] std::vector<ConnectionRecord> connections() const;
    [[nodiscard]] std::size_t request_count() const;
    [[nodiscard]] std::size_t accepted_count() const;
    [[nodiscard]] std::size_t open_count() const;
    [[nodiscard]] std::size_t peer_ended_count() const;

    /// Blocks until `predicate` holds or `timeout` has passed; true if it holds. It is tried again
    /// after every change, without any lock held, so it may ask this record anything.
    [[nodiscard]] bool wait_until(const std::function<bool()>& predicate,
                                  std::chrono::milliseconds timeout) const;

 private:
    void change(const std::function<void()>& action);
    void change(int connection, const std::function<void(ConnectionRecord&)>& action);

    const bool keep_;
    mutable std::mutex mutex_;  // guards all members below
    mutable std::condition_variable changed_;
    std::uint64_t version_ = 0;
    std::size_t accepted_ = 0;
    std::size_t open_ = 0;
    std::size_t peer_ended_ = 0;
    std::size_t request_count_ = 0;
    std::vector<ReceivedRequest> requests_;
    std::map<int, ConnectionRecord> connections_;
};

}  // namespace vllm_client::support
