// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_listener.h"

#include <unistd.h>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <type_traits>
#include <utility>

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Local = asio::local::stream_protocol;

// After an accept failed, which means that descriptors have run out.
constexpr std::chrono::milliseconds accept_pause{10};
constexpr int backlog = 2048;

template <class Protocol>
class ProtocolListener final : public Listener {
 public:
    ProtocolListener(asio::io_context& context, std::string path)
        : acceptor_(context), pause_(context), path_(std::move(path)) {}
    ~ProtocolListener() override { remove_path(); }

    error_code bind(const typename Protocol::endpoint& endpoint) {
        error_code error;
        acceptor_.open(endpoint.protocol(), error);
        if (!error && std::is_same_v<Protocol, tcp>) {
            acceptor_.set_option(asio::socket_base::reuse_address(true), error);
        }
        if (!error) acceptor_.bind(endpoint, error);
        bound_ = !error;
        if (!error) acceptor_.listen(backlog, error);
        if (error) acceptor_.close();
        return error;
    }

    void start(std::function<Target()> next) override {
        next_ = std::move(next);
        accept();
    }

    void close() override {
        error_code error;
        acceptor_.close(error);
        pause_.cancel();
        remove_path();
    }

    std::uint16_t port() const override {
        if constexpr (std::is_same_v<Protocol, tcp>) {
            error_code error;
            return acceptor_.local_endpoint(error).port();
        } else {
            return 0;
        }
    }

 private:
    using ProtocolSocket = asio::basic_stream_socket<Protocol, asio::io_context::executor_type>;

    void accept() {
        target_ = next_();
        acceptor_.async_accept(*target_.context, [this](error_code error, ProtocolSocket socket) {
            if (error == asio::error::operation_aborted || !acceptor_.is_open()) return;
            if (error) return accept_later();
            if constexpr (std::is_same_v<Protocol, tcp>) {
                socket.set_option(tcp::no_delay(true), error);
            }
            target_.accepted(StreamSocket(std::move(socket)));
            accept();
        });
    }

    void accept_later() {
        pause_.expires_after(accept_pause);
        pause_.async_wait([this](error_code error) {
            if (!error) accept();
        });
    }

    void remove_path() noexcept {
        if (std::exchange(bound_, false) && !path_.empty()) ::unlink(path_.c_str());
    }

    asio::basic_socket_acceptor<Protocol> acceptor_;
    asio::steady_timer pause_;
    std::string path_;  // of the socket file
    std::function<Target()> next_;
    Target target_;
    bool bound_{false};
};

Error config_error(std::string message) {
    Error error;
    error.kind = ErrorKind::config;
    error.phase = Phase::validate;
    error.message = std::move(message);
    return error;
}

Error bind_error(const std::string& address, const error_code& reason) {
    Error error;
    error.kind = ErrorKind::resource;
    error.message = "cannot listen on " + address + ": " + reason.message();
    return error;
}

bool somebody_listens(const Local::endpoint& endpoint, asio::io_context& context) {
    Local::socket probe(context);
    error_code error;
    probe.connect(endpoint, error);
    return error != asio::error::connection_refused;
}

Result<std::unique_ptr<Listener>> open_local(const std::string& path, asio::io_context& context) {
    if (path.size() > 107 || path.find('\0') != std::string::npos) {
        return config_error("unix_socket: not a usable path, or longer than 107 bytes");
    }
    const Local::endpoint endpoint(path);
    auto listener = std::make_unique<ProtocolListener<Local>>(context, path);
    error_code error = listener->bind(endpoint);
    if (error == asio::error::address_in_use && !somebody_listens(endpoint, context)) {
        ::unlink(path.c_str());
        error = listener->bind(endpoint);
    }
    if (error) return bind_error(path, error);
    return std::unique_ptr<Listener>(std::move(listener));
}

}  // namespace

Result<std::unique_ptr<Listener>> Listener::open(const SimOptions& options,
                                                 asio::io_context& context) {
    if (!options.unix_socket.empty()) return open_local(options.unix_socket, context);
    error_code error;
    const auto address = asio::ip::make_address(options.host, error);
    if (error) return config_error("host: not a numeric address: " + options.host);
    auto listener = std::make_unique<ProtocolListener<tcp>>(context, std::string());
    error = listener->bind({address, options.port});
    if (error) return bind_error(options.host + ":" + std::to_string(options.port), error);
    return std::unique_ptr<Listener>(std::move(listener));
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
