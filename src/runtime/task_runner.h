// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "runtime/callback_failures.h"
#include "vllm_client/executor.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::runtime {

/// Runs users' callbacks, wherever the Executor says. Thread-safe.
class TaskRunner {
 public:
    using Task = Executor::Task;

    virtual ~TaskRunner() = default;
    /// Takes one task; it runs exactly once, even after stop().
    void post(Task task);
    /// Takes several tasks, waking sleepers once. Leaves `tasks` empty.
    virtual void post_all(std::vector<Task>& tasks) = 0;
    /// Runs what is queued, then ends. Later tasks run on the thread that posts them.
    virtual void stop() = 0;
};

/// While one is alive, tasks posted on this thread are collected and handed over together: a
/// reactor's whole turn costs one wake-up. Scoped to a thread's stack; not nested.
class TaskBatch {
 public:
    TaskBatch();
    ~TaskBatch();
    TaskBatch(const TaskBatch&) = delete;
    TaskBatch& operator=(const TaskBatch&) = delete;

    /// Hands over what was collected.
    void flush();

 private:
    friend class TaskRunner;
    static TaskBatch*& current() noexcept;

    TaskRunner* runner_{nullptr};  // all collected tasks are for this one
    std::vector<TaskRunner::Task> tasks_;
    std::vector<TaskRunner::Task> spare_;  // empty; its memory is used again
};

/// The runner an Executor stands for. `threads` is the size of our own pool.
[[nodiscard]] std::shared_ptr<TaskRunner> make_runner(const Executor& executor, std::size_t threads,
                                                      std::shared_ptr<CallbackFailures> failures);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::runtime
