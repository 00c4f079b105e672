// SPDX-License-Identifier: Apache-2.0
#include "runtime/task_runner.h"

#include <atomic>

#include "runtime/thread_pool.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::runtime {
namespace {

class InlineRunner final : public TaskRunner {
 public:
    explicit InlineRunner(std::shared_ptr<CallbackFailures> failures)
        : failures_(std::move(failures)) {}
    void post_all(std::vector<Task>& tasks) override {
        for (Task& task : tasks)
            failures_->run(task);
        tasks.clear();
    }
    void stop() override {}

 private:
    const std::shared_ptr<CallbackFailures> failures_;
};

class UserRunner final : public TaskRunner {
 public:
    UserRunner(std::function<void(Task)> post, std::shared_ptr<CallbackFailures> failures)
        : post_(std::move(post)), failures_(std::move(failures)) {}
    void post_all(std::vector<Task>& tasks) override {
        for (Task& task : tasks)
            forward(std::move(task));
        tasks.clear();
    }
    void stop() override {}

 private:
    struct Cell {
        explicit Cell(Task owned) : task(std::move(owned)) {}
        Task task;
        std::atomic<bool> taken{false};  // whoever sets it runs the task
    };

    void forward(Task task) {
        // The user's function owns the task once it is called; the cell lets us find out whether
        // the task was run before the function threw, and keeps it from running twice.
        auto cell = std::make_shared<Cell>(std::move(task));
        Task guarded = [cell, failures = failures_] { run_once(*cell, *failures); };
        bool threw = true;
        Task hand_over = [this, &guarded, &threw] {
            post_(std::move(guarded));
            threw = false;
        };
        failures_->run(hand_over);
        if (threw) run_once(*cell, *failures_);
    }
    static void run_once(Cell& cell, CallbackFailures& failures) {
        if (!cell.taken.exchange(true)) failures.run(cell.task);
    }

    const std::function<void(Task)> post_;
    const std::shared_ptr<CallbackFailures> failures_;
};

}  // namespace

TaskBatch*& TaskBatch::current() noexcept {
    thread_local TaskBatch* batch = nullptr;
    return batch;
}

TaskBatch::TaskBatch() {
    current() = this;
}

TaskBatch::~TaskBatch() {
    flush();
    current() = nullptr;
}

void TaskBatch::flush() {
    // Tasks that run inline may post more.
    while (!tasks_.empty()) {
        // A local, because a task may flush again: by posting to another runner.
        std::vector<TaskRunner::Task> handing_over = std::move(tasks_);
        tasks_ = std::move(spare_);
        runner_->post_all(handing_over);
        spare_ = std::move(handing_over);
    }
}

void TaskRunner::post(Task task) {
    if (TaskBatch* batch = TaskBatch::current()) {
        if (batch->runner_ != this) batch->flush();
        batch->runner_ = this;
        batch->tasks_.push_back(std::move(task));
        return;
    }
    std::vector<Task> one;
    one.push_back(std::move(task));
    post_all(one);
}

std::shared_ptr<TaskRunner> make_runner(const Executor& executor, std::size_t threads,
                                        std::shared_ptr<CallbackFailures> failures) {
    switch (executor.kind()) {
        case Executor::Kind::inline_on_io:
            return std::make_shared<InlineRunner>(std::move(failures));
        case Executor::Kind::user:
            return std::make_shared<UserRunner>(executor.post(), std::move(failures));
        case Executor::Kind::own_pool:
            break;
    }
    return std::make_shared<ThreadPool>(threads, std::move(failures));
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::runtime
