// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "testing/sim_asio_socket.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

class TlsSocket final : public Socket {
 public:
    TlsSocket(StreamSocket socket, asio::ssl::context& context)
        : stream_(std::move(socket), context) {}

    void start(SocketObserver& observer) override {
        observer_ = &observer;
        stream_.async_handshake(asio::ssl::stream_base::server,
                                [this, keep = observer.keep()](error_code error) {
                                    if (error == asio::error::operation_aborted) return;
                                    error ? observer_->on_end() : read();
                                });
    }

    void read() override {
        stream_.async_read_some(asio::buffer(buffer_), [this, keep = observer_->keep()](
                                                           error_code error, std::size_t count) {
            if (error == asio::error::operation_aborted) return;
            error ? observer_->on_end() : observer_->on_bytes({buffer_.data(), count});
        });
    }

    bool send(std::string& bytes) override {
        outgoing_ = std::exchange(bytes, {});
        asio::async_write(stream_, asio::buffer(outgoing_),
                          [this, keep = observer_->keep()](error_code error, std::size_t) {
                              if (!error) observer_->on_sent();
                          });
        return false;
    }

    void close() override {
        error_code error;
        stream_.next_layer().close(error);
    }

 private:
    asio::ssl::stream<StreamSocket> stream_;
    SocketObserver* observer_{nullptr};
    std::array<char, 16384> buffer_{};
    std::string outgoing_;
};

}  // namespace

std::unique_ptr<Socket> make_tls_socket(StreamSocket socket, asio::ssl::context& context) {
    return std::make_unique<TlsSocket>(std::move(socket), context);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
