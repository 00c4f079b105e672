// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "support/script.h"

// The server's side of a WebSocket, frame by frame, for scripts of a ScriptedServer.
namespace vllm_client::support {

enum class FrameKind : std::uint8_t { text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// A frame as a client sent it, unmasked.
struct Frame {
    FrameKind kind{FrameKind::text};
    std::string payload{};
};

/// A whole, unmasked frame.
[[nodiscard]] std::string frame(FrameKind kind, std::string_view payload);
/// A close frame's payload.
[[nodiscard]] std::string close_payload(std::uint16_t code, std::string_view reason = {});
/// The value of `Sec-WebSocket-Accept` that answers a key.
[[nodiscard]] std::string accept_of(std::string_view key);

/// Reads the next frame; none if the peer is gone or sent no masked, final frame.
[[nodiscard]] std::optional<Frame> read_frame(Connection& connection);

/// Reads the request and agrees to upgrade.
[[nodiscard]] Step accept_web_socket();
[[nodiscard]] Step send_text(std::string_view text);
[[nodiscard]] Step send_close(std::uint16_t code, std::string_view reason = {});
/// Reads a text frame, skipping pings and pongs; ends the script at anything else. `use` is called
/// on the connection's thread.
[[nodiscard]] Step read_text(std::function<void(const std::string&)> use = {});
/// Reads frames until a close frame and answers it.
[[nodiscard]] Step answer_close();

}  // namespace vllm_client::support
