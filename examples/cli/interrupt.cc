// SPDX-License-Identifier: Apache-2.0
#include "interrupt.h"

#include <pthread.h>
#include <unistd.h>

#include <utility>

#include "exit_code.h"

namespace vllm_client::cli {

Interrupt::Scope::Scope(Interrupt& owner) : owner_(owner) {
    owner_.set_source(source_);
}

Interrupt::Scope::~Scope() {
    owner_.set_source(std::nullopt);
}

Interrupt::Interrupt() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    // Also where a script started us in the background with SIGINT ignored: a generation that was
    // told to stop costs GPU time until it does.
    pthread_sigmask(SIG_BLOCK, &signals_, &former_mask_);
    watcher_ = std::thread([this] { watch(); });
}

Interrupt::~Interrupt() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    // Blocked there and awaited by sigwait(): it wakes the watcher and ends nothing.
    pthread_kill(watcher_.native_handle(), SIGTERM);  // NOLINT(bugprone-bad-signal-to-kill-thread)
    watcher_.join();
    pthread_sigmask(SIG_SETMASK, &former_mask_, nullptr);
}

void Interrupt::set_source(std::optional<std::stop_source> source) {
    const std::lock_guard lock(mutex_);
    source_ = std::move(source);
}

std::optional<std::stop_source> Interrupt::source() {
    const std::lock_guard lock(mutex_);
    return source_;
}

void Interrupt::watch() {
    for (int signal = 0; sigwait(&signals_, &signal) == 0;) {
        {
            const std::lock_guard lock(mutex_);
            if (ending_) return;
        }
        // The stop callbacks run in request_stop(), so the lock must not be held there.
        auto running = source();
        if (!running || !running->request_stop()) ::_exit(exit_interrupted);
    }
}

}  // namespace vllm_client::cli
