// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "support/gate.h"
#include "support/received_request.h"
#include "support/scripted_connection.h"

namespace vllm_client::support {

/// What a script does after a step: go on, begin again, or end (which closes the connection).
enum class AfterStep { next_step, first_step, end };

/// One thing that a server does on a connection. A value: may be copied and used in many scripts.
class Step {
 public:
    using Action = std::function<AfterStep(Connection&)>;

    explicit Step(Action action) : action_(std::move(action)) {}
    AfterStep run(Connection& connection) const { return action_(connection); }

 private:
    Action action_;
};

/// What a connection does, from acceptance to end. Past its last step it is closed.
using Script = std::vector<Step>;

/// Runs the steps in order until the script, the peer or the server ends.
void run_script(const Script& script, Connection& connection);

// ---- Reading. A step that cannot be completed because the peer is gone ends the script.

/// Reads and records one request with its body.
[[nodiscard]] Step read_request();
/// Reads and records request line and headers; the body stays unread.
[[nodiscard]] Step read_request_head();
/// Reads and drops exactly `count` bytes.
[[nodiscard]] Step read_bytes(std::size_t count);
/// Waits until the peer has sent something, and reads nothing of it.
[[nodiscard]] Step wait_first_byte();

// ---- Sending.

[[nodiscard]] Step send(std::string bytes);
/// Sends what `reply` makes of the request read last. Called on the connection's thread.
[[nodiscard]] Step send_reply(std::function<std::string(const ReceivedRequest&)> reply);
/// Sends in pieces cut before each of the ascending `positions`.
[[nodiscard]] Step send_split(std::string bytes, std::vector<std::size_t> positions,
                              std::chrono::milliseconds gap = std::chrono::milliseconds(1));
[[nodiscard]] Step send_each_byte(std::string bytes, std::chrono::milliseconds gap);
/// Repeats `bytes` until the peer gives up.
[[nodiscard]] Step send_endlessly(std::string bytes);

// ---- Waiting. All end at once when the server stops.

[[nodiscard]] Step pause(std::chrono::milliseconds duration);
/// Waits until the test opens `gate`.
[[nodiscard]] Step wait_for(Gate gate);
/// Opens `gate`: tells the test that the script has come this far.
[[nodiscard]] Step open(Gate gate);
/// Keeps the connection open, reading nothing, until the peer ends; the end is recorded.
[[nodiscard]] Step hold();
/// Reads and drops until the peer ends; the end is recorded.
[[nodiscard]] Step wait_for_peer_close();

// ---- Ending, and the rest.

/// FIN (under TLS after close_notify). If received bytes were left unread, the kernel sends RST.
[[nodiscard]] Step close();
/// FIN without close_notify: a cut under TLS, the same as close in plain text.
[[nodiscard]] Step close_without_notify();
/// RST. On Unix sockets the same as close.
[[nodiscard]] Step reset();
/// FIN, and the script goes on: it may still read.
[[nodiscard]] Step half_close();
/// Begins TLS with the server's TLS options; for servers whose `at_once` is off.
[[nodiscard]] Step start_tls();
/// Runs the script again on the same connection: keep-alive.
[[nodiscard]] Step loop_from_start();
/// Anything else, on the connection's thread. Must not throw, nor block past the server's stop.
[[nodiscard]] Step call(std::function<void(Connection&)> action);

}  // namespace vllm_client::support
