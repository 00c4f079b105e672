// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "runtime/timer_heap.h"
#include "transport/pool.h"
#include "vllm_client/transport.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::transport {

class Reactor;

/// Asks `/health` of an endpoint at every interval in which nothing uses it, and marks it down or
/// up. Lives on the reactor's thread.
class HealthCheck final : public runtime::Timer {
 public:
    HealthCheck(Reactor& reactor, Pool& pool);
    ~HealthCheck() override;

    /// Sets the first check, one interval from now.
    void begin();
    void on_due(runtime::TimePoint now) override;
    /// The answer to a check.
    void answered(bool healthy);

 private:
    class Answer;

    Reactor& reactor_;                // owner
    Pool& pool_;                      // of the same reactor
    std::shared_ptr<Answer> answer_;  // of the check under way, if any
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::transport
