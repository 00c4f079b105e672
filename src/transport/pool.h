// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/clock.h"
#include "transport/easy_handle.h"
#include "transport/pool_counters.h"
#include "transport/settings.h"
#include "vllm_client/transport.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::transport {

class Poller;
class Transfer;

/// Connections to one endpoint: how many, how long idle, who waits for one, and the figures about
/// them. libcurl keeps the connections themselves. For the reactor's thread, except stats() and
/// healthy().
class Pool {
 public:
    Pool(std::shared_ptr<const Settings> settings, std::size_t index);
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    [[nodiscard]] const Settings& settings() const noexcept { return *settings_; }
    [[nodiscard]] const EndpointAddress& address() const noexcept {
        return settings_->endpoints[index_];
    }
    [[nodiscard]] std::size_t index() const noexcept { return index_; }
    [[nodiscard]] const std::string& url_base() const noexcept { return url_base_; }
    /// Headers of every request to this endpoint; libcurl only reads them.
    [[nodiscard]] curl_slist* shared_headers() const noexcept { return headers_.get(); }
    /// The same for requests that bring a User-Agent of their own.
    [[nodiscard]] curl_slist* shared_headers_but_agent() const noexcept { return headers_->next; }
    [[nodiscard]] curl_slist* connect_to() const noexcept { return connect_to_.get(); }
    [[nodiscard]] PoolCounters& counters() noexcept { return counters_; }

    /// Sockets must be announced to the poller when they go.
    void set_poller(Poller* poller) noexcept { poller_ = poller; }

    /// Takes a transfer in: starts it, lets it wait, or ends it as `queue_full`.
    void admit(const std::shared_ptr<Transfer>& transfer);
    /// A transfer that waits is ending.
    void remove_waiting(const Transfer& transfer);
    /// A transfer that ran is over; its handle comes back and the next one starts.
    void release(std::unique_ptr<EasyHandle> easy);
    /// Starts waiting transfers while there are connections for them.
    void start_waiting();
    /// True if there is nothing to do for this endpoint.
    [[nodiscard]] bool is_quiet() const noexcept { return in_use_ == 0 && waiting_.empty(); }
    [[nodiscard]] std::vector<std::shared_ptr<Transfer>> waiting() const;

    // From libcurl's callbacks.
    [[nodiscard]] curl_socket_t open_socket(EasyHandle& easy,
                                            const curl_sockaddr& address) noexcept;
    void close_socket(curl_socket_t socket) noexcept;
    /// An idle socket became readable. False if it is not this pool's. If the peer has closed it,
    /// it counts as closed from now on; libcurl closes it when it next looks for a connection.
    bool idle_socket_readable(curl_socket_t socket) noexcept;
    /// The connection libcurl has chosen, known by its local port; CURL_SOCKET_BAD if it cannot be
    /// told (Unix sockets that are reused).
    curl_socket_t connection_ready(EasyHandle& easy, int local_port) noexcept;

    // What is known of a connection; harmless for CURL_SOCKET_BAD.
    /// True if bytes nobody asked for wait on it. Plain HTTP/1 only: TLS and HTTP/2 talk unasked.
    [[nodiscard]] bool has_surplus(curl_socket_t connection) const noexcept;
    void note_used(curl_socket_t connection, runtime::TimePoint now) noexcept;
    [[nodiscard]] runtime::Duration idle_time(curl_socket_t connection,
                                              runtime::TimePoint now) const noexcept;
    /// What libcurl's COULDNT_CONNECT means for this endpoint.
    [[nodiscard]] Error connect_error(const EasyHandle& easy) const;
    /// Port of whoever the handle's connection attempt has reached by TCP; 0 if nobody yet.
    [[nodiscard]] int peer_port(EasyHandle& easy) const noexcept;

    /// libcurl's MAXAGE_CONN for the idle limit in force: it only drops what is older than the
    /// value in whole seconds. −1: no limit was set.
    [[nodiscard]] long max_idle_age() const noexcept;
    /// The server announced how long it keeps idle connections: the value of a Keep-Alive header.
    void learn_keep_alive(std::string_view header) noexcept;
    /// A connection was closed, or turned out dead, after this long without use.
    void learn_dead_after(std::chrono::nanoseconds idle) noexcept;
    /// True if one more idle connection would be more than are kept.
    [[nodiscard]] bool has_idle_enough() const noexcept;

    /// Tells the user's event hook.
    void emit(Event::Kind kind) const noexcept;
    [[nodiscard]] PoolStats stats() const;
    [[nodiscard]] bool healthy() const noexcept {
        return counters_.healthy.load(std::memory_order_relaxed);
    }

 private:
    enum class SocketState : std::uint8_t { unknown, connecting, connected };
    struct SlistDeleter {
        void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
    };
    using Slist = std::unique_ptr<curl_slist, SlistDeleter>;

    void start(const std::shared_ptr<Transfer>& transfer);
    void set_idle_limit(std::chrono::milliseconds limit) noexcept;
    struct Socket {
        SocketState state{SocketState::unknown};
        const EasyHandle* opener{nullptr};  // for comparing only; it may be gone
        int local_port{0};
        runtime::TimePoint last_used{};
    };
    void count_closed(curl_socket_t socket, bool by_peer) noexcept;
    [[nodiscard]] const Socket* connected(curl_socket_t socket) const noexcept;
    [[nodiscard]] curl_socket_t find_by_port(int local_port) const noexcept;

    const std::shared_ptr<const Settings> settings_;
    const std::size_t index_;
    std::string url_base_;
    Slist headers_;
    Slist connect_to_;
    Poller* poller_{nullptr};  // owned by the reactor
    PoolCounters counters_;
    std::chrono::milliseconds idle_limit_;
    std::size_t in_use_{0};
    std::size_t waiting_bytes_{0};
    std::deque<std::shared_ptr<Transfer>> waiting_;
    std::vector<std::unique_ptr<EasyHandle>> spare_;
    std::vector<Socket> sockets_;  // by descriptor number
    std::unordered_map<int, curl_socket_t> by_port_;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::transport
