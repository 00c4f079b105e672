// SPDX-License-Identifier: Apache-2.0
#include "support/scripted_server.h"

#include <poll.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <cerrno>
#include <system_error>
#include <utility>

namespace vllm_client::support {
namespace {

std::unique_ptr<const TlsContext> tls_context(const std::optional<TlsOptions>& options) {
    return options ? std::make_unique<const TlsContext>(*options) : nullptr;
}

std::unique_ptr<const TemporaryDirectory> socket_directory(const ListenOptions& options) {
    if (options.address != ListenOn::unix_socket) return nullptr;
    return std::make_unique<const TemporaryDirectory>();
}

/// Whether the reply's headers say that the connection ends with it.
bool announces_close(const std::string& reply) {
    std::string head = reply.substr(0, reply.find("\r\n\r\n"));
    std::ranges::transform(head, head.begin(), [](unsigned char character) {
        return static_cast<char>(std::tolower(character));
    });
    return head.find("\r\nconnection: close") != std::string::npos;
}

AfterStep answer(Connection& connection, const ScriptedServer::Responder& responder) {
    const ReceivedRequest* const request = connection.read_request();
    if (request == nullptr) return AfterStep::end;
    const std::string reply = responder(*request);
    const bool sent = !reply.empty() && connection.send(reply);
    return sent && !announces_close(reply) ? AfterStep::first_step : AfterStep::end;
}

bool out_of_resources(int error) {
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

struct ScriptedServer::Worker {
    std::atomic<bool> finished = false;
    std::thread thread;
};

ScriptedServer::ScriptedServer(ServerOptions options)
    : options_(std::move(options)),
      directory_(socket_directory(options_.listen)),
      socket_path_(directory_ ? directory_->path() / "socket" : std::filesystem::path()),
      tls_(tls_context(options_.tls)),
      listener_(options_.listen, socket_path_),
      port_(listener_.port()),
      record_(options_.keep_records),
      factory_(std::make_shared<const ScriptFactory>([](int) { return Script(); })) {
    if (options_.accept) accepting_ = std::thread([this] { accept_connections(); });
}

ScriptedServer::~ScriptedServer() {
    stop();
}

void ScriptedServer::stop() {
    stop_.request();
    if (accepting_.joinable()) accepting_.join();
    listener_.close();
}

void ScriptedServer::on_connection(ScriptFactory factory) {
    auto next = std::make_shared<const ScriptFactory>(std::move(factory));
    const std::lock_guard lock(factory_mutex_);
    factory_ = std::move(next);
}

void ScriptedServer::serve(Script script) {
    on_connection([script = std::move(script)](int) { return script; });
}

void ScriptedServer::serve_in_order(std::vector<Script> scripts) {
    if (scripts.empty()) scripts.emplace_back();
    // Atomic only because the function must be const; the accepting thread alone counts.
    auto used = std::make_shared<std::atomic<std::size_t>>(0);
    on_connection([scripts = std::move(scripts), used = std::move(used)](int) {
        return scripts[std::min(used->fetch_add(1), scripts.size() - 1)];
    });
}

void ScriptedServer::respond(Responder responder) {
    serve({Step([responder = std::move(responder)](Connection& connection) {
        return answer(connection, responder);
    })});
}

std::string ScriptedServer::url() const {
    const std::string scheme = options_.tls ? "https://" : "http://";
    switch (options_.listen.address) {
        case ListenOn::unix_socket:
            return scheme + "localhost";
        case ListenOn::ipv6_loopback:
            return scheme + "[::1]:" + std::to_string(port_);
        case ListenOn::ipv4_loopback:
            break;
    }
    return scheme + "127.0.0.1:" + std::to_string(port_);
}

void ScriptedServer::accept_connections() {
    std::list<Worker> workers;  // owned here; each ends by itself or by stop_
    while (stop_.wait(listener_.descriptor(), POLLIN) == Readiness::ready) {
        auto socket = listener_.accept();
        if (socket) {
            start_worker(std::move(*socket), workers);
        } else if (out_of_resources(errno)) {
            // The connection stays in the queue, so without a rest this loop would spin.
            (void)stop_.wait(-1, 0, std::chrono::milliseconds(10));
        }
        workers.remove_if([](Worker& worker) {
            if (!worker.finished) return false;
            worker.thread.join();
            return true;
        });
    }
    for (Worker& worker : workers)
        worker.thread.join();
}

void ScriptedServer::start_worker(FileDescriptor socket, std::list<Worker>& workers) {
    std::shared_ptr<const ScriptFactory> factory;
    {
        const std::lock_guard lock(factory_mutex_);
        factory = factory_;
    }
    const int index = record_.connection_accepted();
    Worker& worker = workers.emplace_back();
    try {
        worker.thread = std::thread([this, &worker, index, socket = std::move(socket),
                                     script = (*factory)(index)]() mutable {
            serve_connection(std::move(socket), index, script);
            worker.finished = true;
        });
    } catch (const std::system_error& error) {
        // No thread to be had: this client finds its connection closed, the next may fare better.
        record_.problem(index, error.what());
        record_.connection_closed(index);
        workers.pop_back();
    }
}

void ScriptedServer::serve_connection(FileDescriptor socket, int index, const Script& script) {
    {
        Connection connection(std::move(socket), index, stop_, record_, tls_.get());
        const bool encrypt = tls_ != nullptr && options_.tls->at_once;
        if (!encrypt || connection.start_tls()) run_script(script, connection);
    }
    record_.connection_closed(index);
}

}  // namespace vllm_client::support
