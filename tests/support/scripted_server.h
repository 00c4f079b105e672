// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "support/gate.h"
#include "support/http_text.h"
#include "support/listening_socket.h"
#include "support/script.h"
#include "support/server_record.h"
#include "support/stop_signal.h"
#include "support/temporary_directory.h"
#include "support/tls_session.h"

namespace vllm_client::support {

struct ServerOptions {
    ListenOptions listen{};
    /// Set: TLS, from the first byte unless `at_once` is off.
    std::optional<TlsOptions> tls{};
    /// False: the listen queue fills up and nobody is served.
    bool accept = true;
    /// False: requests and closed connections are counted but not kept, for very long runs.
    bool keep_records = true;
};

/// A server that does on each connection exactly what a script says, byte by byte, lies and
/// violence included. Listens from construction on a port (or socket path) of its own.
///
///     ScriptedServer server;
///     server.serve({read_request(), send(http_reply(200, "{}")), loop_from_start()});
///     ... talk to server.url() ...
///     EXPECT_EQ(server.requests().at(0).target, "/v1/models");
///
/// Threads: one accepts and owns one more per open connection; all are joined by stop(). Every
/// method but stop() and the destructor may be called from any thread.
class ScriptedServer {
 public:
    using ScriptFactory = std::function<Script(int connection_index)>;
    using Responder = std::function<std::string(const ReceivedRequest&)>;

    /// Throws std::system_error or std::runtime_error if it cannot listen or use the TLS files.
    explicit ScriptedServer(ServerOptions options = {});
    ~ScriptedServer();

    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;

    // What new connections do; open ones go on as they are. Before the first of these calls a
    // connection is closed as soon as it is accepted.

    /// Asks `factory`, on the accepting thread, for each connection's script.
    void on_connection(ScriptFactory factory);
    /// The same script on every connection.
    void serve(Script script);
    /// The first script on the next connection and so on; the last one is repeated.
    void serve_in_order(std::vector<Script> scripts);
    /// Reads requests and sends what `responder` returns: the raw bytes of a whole reply. The
    /// connection is kept alive unless the reply says `Connection: close` or is empty. Called from
    /// one thread per connection.
    void respond(Responder responder);

    /// Scheme, host and port without a final slash; for a Unix socket the host is `localhost`.
    [[nodiscard]] std::string url() const;
    /// 0 for a Unix socket.
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    /// Empty unless the server listens on a Unix socket.
    [[nodiscard]] const std::filesystem::path& socket_path() const noexcept { return socket_path_; }

    // What happened so far.

    /// All requests in the order in which their last bytes came.
    [[nodiscard]] std::vector<ReceivedRequest> requests() const { return record_.requests(); }
    [[nodiscard]] std::vector<ConnectionRecord> connections() const {
        return record_.connections();
    }
    [[nodiscard]] std::size_t request_count() const { return record_.request_count(); }
    [[nodiscard]] std::size_t connections_accepted() const { return record_.accepted_count(); }
    [[nodiscard]] std::size_t connections_open() const { return record_.open_count(); }
    /// Connections on which the server has seen the client close or reset.
    [[nodiscard]] std::size_t peer_closed_count() const { return record_.peer_ended_count(); }

    /// Blocks until `predicate` holds, true, or `timeout` has passed, false. The predicate is tried
    /// again after each change in the records above, and may call any of these methods.
    [[nodiscard]] bool wait_until(
        const std::function<bool()>& predicate,
        std::chrono::milliseconds timeout = std::chrono::seconds(30)) const {
        return record_.wait_until(predicate, timeout);
    }

    /// Closes everything and joins all threads. Connecting is refused from then on, the records
    /// stay. Called by the destructor; idempotent; for one thread at a time.
    void stop();

 private:
    struct Worker;

    void accept_connections();
    void start_worker(FileDescriptor socket, std::list<Worker>& workers);
    void serve_connection(FileDescriptor socket, int index, const Script& script);

    const ServerOptions options_;
    const std::unique_ptr<const TemporaryDirectory> directory_;  // null unless a Unix socket
    const std::filesystem::path socket_path_;
    const std::unique_ptr<const TlsContext> tls_;
    ListeningSocket listener_;
    const std::uint16_t port_;
    StopSignal stop_;
    ServerRecord record_;
    std::mutex factory_mutex_;  // guards factory_
    std::shared_ptr<const ScriptFactory> factory_;
    std::thread accepting_;  // ended by stop_, joined by stop()
};

}  // namespace vllm_client::support
