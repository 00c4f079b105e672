// SPDX-License-Identifier: Apache-2.0
#include "runtime/thread_pool.h"

#include <system_error>
#include <utility>

namespace vllm_client::inline VLLM_CLIENT_ABI::runtime {

ThreadPool::ThreadPool(std::size_t threads, std::shared_ptr<CallbackFailures> failures)
    : max_threads_(threads), shared_(std::make_shared<Shared>(std::move(failures))) {}

ThreadPool::~ThreadPool() {
    stop();
}

void ThreadPool::start_threads_for(std::size_t queued) {
    while (queued > shared_->free && threads_.size() < max_threads_) {
        try {
            threads_.emplace_back([shared = shared_] { run(shared); });
        } catch (const std::system_error&) {
            // Fewer threads than wanted serve the queue as well; with none at all there is no pool.
            if (threads_.empty()) throw;
            return;
        }
        ++shared_->free;
    }
}

void ThreadPool::post_all(std::vector<Task>& tasks) {
    // A task may destroy the pool as soon as it is in the queue.
    const std::shared_ptr<Shared> shared = shared_;
    bool run_here = false;
    {
        const std::lock_guard lock(shared->mutex);
        if (!shared->stopping) {
            try {
                start_threads_for(shared->queue.size() + tasks.size());
                for (Task& task : tasks)
                    shared->queue.push_back(std::move(task));
                tasks.clear();
            } catch (const std::system_error&) {
                run_here = true;
            }
        } else {
            run_here = true;
        }
    }
    if (run_here) {
        for (Task& task : tasks)
            shared->failures->run(task);
        tasks.clear();
    } else {
        shared->work.notify_one();
    }
}

void ThreadPool::run(const std::shared_ptr<Shared>& shared) {
    std::unique_lock lock(shared->mutex);
    for (;;) {
        if (shared->queue.empty()) {
            if (shared->stopping) return;
            shared->work.wait(lock, [&] { return shared->stopping || !shared->queue.empty(); });
            continue;
        }
        Task task = std::move(shared->queue.front());
        shared->queue.pop_front();
        --shared->free;
        const bool wake_another = !shared->queue.empty() && shared->free > 0;
        lock.unlock();
        if (wake_another) shared->work.notify_one();
        shared->failures->run(task);
        lock.lock();
        ++shared->free;
    }
}

void ThreadPool::stop() {
    std::vector<std::thread> threads;
    {
        const std::lock_guard lock(shared_->mutex);
        shared_->stopping = true;
        threads.swap(threads_);
    }
    shared_->work.notify_all();
    for (std::thread& thread : threads) {
        if (thread.get_id() == std::this_thread::get_id()) {
            // A callback ended the client: this thread cannot wait for itself. It owns what it
            // needs.
            thread.detach();
        } else {
            thread.join();
        }
    }
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::runtime
