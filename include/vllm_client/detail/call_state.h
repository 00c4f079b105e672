// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "vllm_client/executor.h"
#include "vllm_client/export.h"
#include "vllm_client/result.h"
#include "vllm_client/unique_function.h"

// Internal: the state shared by a Call and whoever completes it. Not part of the public contract.
namespace vllm_client::inline VLLM_CLIENT_ABI::runtime {
class TaskRunner;
}

namespace vllm_client::inline VLLM_CLIENT_ABI::detail {

/// False on reactor threads, where waiting for a call would wait for oneself.
[[nodiscard]] VLLM_CLIENT_EXPORT bool may_block_here() noexcept;
[[nodiscard]] VLLM_CLIENT_EXPORT Error would_deadlock();
[[nodiscard]] VLLM_CLIENT_EXPORT Error abandoned_call();

/// The part of a call's state that does not depend on its type. Completed once; has at most one
/// continuation. All members may be called from any thread.
class VLLM_CLIENT_EXPORT CallStateBase {
 public:
    explicit CallStateBase(std::shared_ptr<runtime::TaskRunner> runner);
    virtual ~CallStateBase();
    CallStateBase(const CallStateBase&) = delete;
    CallStateBase& operator=(const CallStateBase&) = delete;

    [[nodiscard]] bool is_done() const noexcept { return done_.load(std::memory_order_acquire); }
    void wait();
    [[nodiscard]] bool wait_for(std::chrono::nanoseconds limit);

    /// What cancel() does; dropped once the call is done.
    void set_canceller(UniqueFunction<void()> canceller);
    void cancel();
    /// Runs `continuation` on the runner once the call is done (at once, there, if it already is).
    void set_continuation(UniqueFunction<void()> continuation);

    [[nodiscard]] const std::shared_ptr<runtime::TaskRunner>& runner() const noexcept {
        return runner_;
    }

 protected:
    void publish();

 private:
    const std::shared_ptr<runtime::TaskRunner> runner_;
    std::mutex mutex_;  // guards canceller_, continuation_, cancel_requested_ and writes to done_
    std::condition_variable done_changed_;
    std::atomic<bool> done_{false};  // written once under mutex_, read freely (acquire)
    bool cancel_requested_{false};
    UniqueFunction<void()> canceller_;
    UniqueFunction<void()> continuation_;
};

/// Adds the result, either ready or as a function that makes it on the consumer's thread.
template <class T>
class CallState final : public CallStateBase {
 public:
    using CallStateBase::CallStateBase;

    void complete(Result<T> result) {
        result_.emplace(std::move(result));
        publish();
    }
    /// For results that are costly to make: `make` runs on the thread that takes the result.
    void complete_later(UniqueFunction<Result<T>()> make) {
        make_ = std::move(make);
        publish();
    }
    /// Requires is_done(); once.
    [[nodiscard]] Result<T> take() {
        if (make_) {
            auto make = std::move(make_);
            return make();
        }
        return std::move(*result_);
    }

 private:
    std::optional<Result<T>> result_;  // written before publish(), read after is_done()
    UniqueFunction<Result<T>()> make_;
};

/// Completes a chained call even if the function that should do so never finishes.
template <class T>
class Completer {
 public:
    explicit Completer(std::shared_ptr<CallState<T>> state) : state_(std::move(state)) {}
    Completer(Completer&&) noexcept = default;
    Completer& operator=(Completer&&) = delete;
    ~Completer() {
        if (state_) state_->complete(abandoned_call());
    }
    void complete(Result<T> result) { std::exchange(state_, nullptr)->complete(std::move(result)); }

 private:
    std::shared_ptr<CallState<T>> state_;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::detail
