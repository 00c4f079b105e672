// SPDX-License-Identifier: Apache-2.0
#include "support/gate.h"

#include <condition_variable>
#include <mutex>

namespace vllm_client::support {

struct Gate::State {
    std::mutex mutex;  // guards open
    std::condition_variable_any changed;
    bool open = false;
};

Gate::Gate() : state_(std::make_shared<State>()) {}

void Gate::open() const {
    {
        const std::lock_guard lock(state_->mutex);
        state_->open = true;
    }
    state_->changed.notify_all();
}

bool Gate::is_open() const {
    const std::lock_guard lock(state_->mutex);
    return state_->open;
}

bool Gate::wait(std::chrono::milliseconds timeout) const {
    std::unique_lock lock(state_->mutex);
    return state_->changed.wait_for(lock, timeout, [this] { return state_->open; });
}

bool Gate::wait(const std::stop_token& stop) const {
    std::unique_lock lock(state_->mutex);
    return state_->changed.wait(lock, stop, [this] { return state_->open; });
}

}  // namespace vllm_client::support
