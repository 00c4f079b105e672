// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <coroutine>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "vllm_client/detail/call_state.h"
#include "vllm_client/reply_parts.h"
#include "vllm_client/result.h"
#include "vllm_client/unique_function.h"

// Internal: what stands behind a Stream. Not part of the public contract.
namespace vllm_client::inline VLLM_CLIENT_ABI::detail {

/// Producer of one stream's deltas. One consumer; cancel() from any thread.
template <class Delta, class Reply>
class StreamSource {
 public:
    /// An error, a delta, or nothing at the proper end (again and again after it).
    using Step = Result<std::optional<Delta>>;

    virtual ~StreamSource() = default;
    /// Waits for the next step.
    [[nodiscard]] virtual Step next() = 0;
    /// The next step if it is there already.
    [[nodiscard]] virtual std::optional<Step> try_next() = 0;
    /// Runs `wake` on the executor once try_next() may give something. One at a time.
    virtual void on_ready(UniqueFunction<void()> wake) = 0;
    /// Reads to the end and gives everything since the stream's beginning.
    [[nodiscard]] virtual Result<Reply> collect() = 0;
    virtual void cancel() noexcept = 0;
    [[nodiscard]] virtual Timing timing() const = 0;
    [[nodiscard]] virtual RawReply raw() const = 0;
    [[nodiscard]] virtual std::shared_ptr<runtime::TaskRunner> runner() const = 0;
};

/// What `co_await stream` uses.
template <class Delta, class Reply>
class StreamAwaiter {
 public:
    using Source = StreamSource<Delta, Reply>;

    explicit StreamAwaiter(std::shared_ptr<Source> source) : source_(std::move(source)) {}
    [[nodiscard]] bool await_ready() {
        step_ = source_->try_next();
        return step_.has_value();
    }
    void await_suspend(std::coroutine_handle<> waiting) { arm(waiting); }
    [[nodiscard]] typename Source::Step await_resume() { return std::move(*step_); }

 private:
    void arm(std::coroutine_handle<> waiting) {
        // A copy keeps the source alive: the coroutine may end before on_ready() returns.
        auto source = source_;
        source->on_ready([this, waiting] {
            step_ = source_->try_next();
            if (step_) {
                waiting.resume();
            } else {
                arm(waiting);
            }
        });
    }

    std::shared_ptr<Source> source_;
    std::optional<typename Source::Step> step_;
};

/// Drives a stream by callback: deltas in order, never two at once, then the end.
template <class Delta, class Reply, class F>
class StreamPump : public std::enable_shared_from_this<StreamPump<Delta, Reply, F>> {
 public:
    using Source = StreamSource<Delta, Reply>;

    StreamPump(std::shared_ptr<Source> source, F f, Completer<void> completer)
        : source_(std::move(source)), f_(std::move(f)), completer_(std::move(completer)) {}
    // Also reached when the callback throws: the request must not run on unobserved.
    ~StreamPump() { source_->cancel(); }
    StreamPump(const StreamPump&) = delete;
    StreamPump& operator=(const StreamPump&) = delete;

    void run() {
        for (int i = 0; i < steps_per_turn; ++i) {
            std::optional<typename Source::Step> step = source_->try_next();
            if (!step) break;
            if (!*step) return completer_.complete(std::move(*step).error());
            if (!**step) return completer_.complete(Result<void>());
            f_(***step);
        }
        source_->on_ready([self = this->shared_from_this()] { self->run(); });
    }

 private:
    static constexpr int steps_per_turn = 64;  // then others get the executor's thread

    std::shared_ptr<Source> source_;
    F f_;
    Completer<void> completer_;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::detail
