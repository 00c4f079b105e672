// SPDX-License-Identifier: Apache-2.0
#include <boost/asio/buffer.hpp>
#include <utility>

#include "testing/sim_asio_socket.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

class PlainSocket final : public Socket {
 public:
    PlainSocket(StreamSocket socket, std::span<char> scratch)
        : socket_(std::move(socket)), scratch_(scratch) {}

    void start(SocketObserver& observer) override {
        observer_ = &observer;
        error_code error;
        socket_.non_blocking(true, error);
        read();
    }

    void read() override {
        socket_.async_wait(StreamSocket::wait_read,
                           [this, keep = observer_->keep()](error_code error) { receive(error); });
    }

    bool send(std::string& bytes) override {
        error_code error;
        const std::size_t sent = socket_.write_some(asio::buffer(bytes), error);
        if (error && error != asio::error::would_block) {
            // The reading side hears of it too, and ends the connection.
            bytes.clear();
            return true;
        }
        if (sent == bytes.size()) {
            bytes.clear();
            return true;
        }
        bytes.erase(0, sent);
        rest_ = std::exchange(bytes, {});
        offset_ = 0;
        wait_for_room();
        return false;
    }

    void close() override {
        error_code error;
        socket_.close(error);
    }

 private:
    void receive(error_code error) {
        if (error == asio::error::operation_aborted) return;
        std::size_t count = 0;
        if (!error)
            count = socket_.read_some(asio::buffer(scratch_.data(), scratch_.size()), error);
        if (error == asio::error::would_block) return read();
        if (error || count == 0) return observer_->on_end();
        observer_->on_bytes({scratch_.data(), count});
    }

    void wait_for_room() {
        socket_.async_wait(StreamSocket::wait_write,
                           [this, keep = observer_->keep()](error_code error) { resume(error); });
    }

    void resume(error_code error) {
        if (error) return;
        offset_ +=
            socket_.write_some(asio::buffer(rest_.data() + offset_, rest_.size() - offset_), error);
        if (error && error != asio::error::would_block) return;
        if (offset_ < rest_.size()) return wait_for_room();
        rest_ = {};
        observer_->on_sent();
    }

    StreamSocket socket_;
    std::span<char> scratch_;
    SocketObserver* observer_{nullptr};
    std::string rest_;
    std::size_t offset_{0};
};

}  // namespace

std::unique_ptr<Socket> make_plain_socket(StreamSocket socket, std::span<char> scratch) {
    return std::make_unique<PlainSocket>(std::move(socket), scratch);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
