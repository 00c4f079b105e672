// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <stop_token>

namespace vllm_client::support {

/// A door that starts shut and is opened once, for good. Lets a test hold a server step back, or
/// lets a server step tell the test how far it came. Copies are the same door, so a script may
/// outlive the variable it was built from. All methods may be called from any thread.
class Gate {
 public:
    Gate();

    /// Lets everyone through, now and later. Opening twice is harmless.
    void open() const;
    [[nodiscard]] bool is_open() const;

    /// Blocks until the gate is open or `timeout` has passed; true if it is open.
    [[nodiscard]] bool wait(std::chrono::milliseconds timeout) const;
    /// Blocks until the gate is open or a stop is requested; true if it is open.
    [[nodiscard]] bool wait(const std::stop_token& stop) const;

 private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace vllm_client::support
