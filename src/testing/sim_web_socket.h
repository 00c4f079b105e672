// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "vllm_client/version.h"

// The server's side of a WebSocket (RFC 6455) as pure functions of bytes, because a connection of
// the simulator is a pipe of bytes that belongs to no stream of Asio.
namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

enum class FrameKind : std::uint8_t {
    next = 0,
    text = 1,
    binary = 2,
    close = 8,
    ping = 9,
    pong = 10
};

/// A message or a control frame of the client.
struct Frame {
    FrameKind kind{FrameKind::text};
    std::string payload{};
};

/// The value of `Sec-WebSocket-Accept` that answers a key.
[[nodiscard]] std::string web_socket_accept(std::string_view key);

/// Appends one whole frame.
void append_frame(std::string& out, FrameKind kind, std::string_view payload);
/// Appends a close frame; 0 stands for one without a code.
void append_close(std::string& out, std::uint16_t code);

/// Puts the frames of a client together again.
class FrameReader {
 public:
    explicit FrameReader(std::size_t max_message) : max_message_(max_message) {}

    void put(std::string_view bytes) { input_ += bytes; }
    /// The next whole message or control frame.
    [[nodiscard]] std::optional<Frame> next();
    /// The code to close with, once the peer has broken the protocol; else 0.
    [[nodiscard]] std::uint16_t fault() const noexcept { return fault_; }

 private:
    std::optional<Frame> fail(std::uint16_t code);
    std::optional<Frame> assemble(FrameKind kind, bool is_last, std::string payload);

    const std::size_t max_message_;
    std::string input_;
    std::string message_;  // fragments so far
    FrameKind message_kind_{FrameKind::next};
    std::uint16_t fault_{0};
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
