// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <stop_token>

#include "support/file_descriptor.h"

namespace vllm_client::support {

/// How a wait on a descriptor ended.
enum class Readiness { ready, timed_out, stopped };

/// Ends every wait of a server at once: waits on sockets through a pipe, waits on conditions
/// through a stop token. Requested once, for good. All methods may be called from any thread.
class StopSignal {
 public:
    /// Throws std::system_error if no pipe can be had.
    StopSignal();

    void request();
    [[nodiscard]] bool requested() const { return source_.stop_requested(); }
    [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

    /// Waits until `descriptor` has one of the poll `events` (or an error or hang-up), until
    /// `timeout` has passed if there is one, or until the stop. A negative descriptor makes it an
    /// interruptible pause. Signals do not shorten the wait.
    [[nodiscard]] Readiness wait(int descriptor, short events,
                                 std::optional<std::chrono::milliseconds> timeout = {}) const;

 private:
    std::stop_source source_;
    FileDescriptor read_end_;
    FileDescriptor write_end_;
};

}  // namespace vllm_client::support
