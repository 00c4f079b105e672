// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "runtime/task_runner.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::runtime {

/// Our own executor: a few threads and one queue. Threads start with the first task. A posted batch
/// wakes one thread; a thread that finds more work wakes the next, so a blocked callback never
/// holds up the others as long as a thread is free.
class ThreadPool final : public TaskRunner {
 public:
    ThreadPool(std::size_t threads, std::shared_ptr<CallbackFailures> failures);
    ~ThreadPool() override;

    void post_all(std::vector<Task>& tasks) override;
    /// Runs what is queued and joins the threads; called on one of them, it leaves that one to end
    /// by itself as soon as its callback returns.
    void stop() override;

 private:
    // Outlives the pool as long as a thread that called stop() itself is still unwinding.
    struct Shared {
        explicit Shared(std::shared_ptr<CallbackFailures> f) : failures(std::move(f)) {}
        const std::shared_ptr<CallbackFailures> failures;
        std::mutex mutex;  // guards the members below
        std::condition_variable work;
        std::deque<Task> queue;
        std::size_t free{0};  // threads that run no task, those still on their way to it included
        bool stopping{false};
    };

    static void run(const std::shared_ptr<Shared>& shared);
    void start_threads_for(std::size_t queued);  // with the mutex held

    const std::size_t max_threads_;
    const std::shared_ptr<Shared> shared_;
    std::vector<std::thread> threads_;  // guarded by shared_->mutex; joined by stop()
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::runtime
