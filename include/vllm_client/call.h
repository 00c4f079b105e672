// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <coroutine>
#include <future>
#include <memory>
#include <type_traits>
#include <utility>

#include "vllm_client/detail/call_state.h"
#include "vllm_client/result.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

template <class T>
class Call;

namespace detail {

template <class R>
struct UnwrapResult {
    using type = R;
};
template <class U>
struct UnwrapResult<Result<U>> {
    using type = U;
};

/// What `co_await call` uses. Touches nothing of itself after handing the handle over, because the
/// coroutine may already be running, or gone, on another thread.
template <class T>
class CallAwaiter {
 public:
    explicit CallAwaiter(CallState<T>& state) : state_(state) {}
    [[nodiscard]] bool await_ready() const noexcept { return state_.is_done(); }
    void await_suspend(std::coroutine_handle<> waiting) {
        state_.set_continuation([waiting] { waiting.resume(); });
    }
    [[nodiscard]] Result<T> await_resume() { return state_.take(); }

 private:
    CallState<T>& state_;
};

}  // namespace detail

/// A running request: the future of a Result<T>.
///
///     auto call = client.chat_async(request);
///     auto reply = std::move(call).get();                    // wait here, or
///     std::move(call).on_done([](Result<ChatReply> r) {…});  // be told, or
///     auto reply = co_await call;                            // suspend
///
/// Move-only. **Destroying it cancels the request** (a forgotten generation costs GPU time); use
/// detach() to let it run on. Consume it once: get(), then(), on_done(), to_future() or co_await.
/// One thread at a time may use a Call, except cancel(), which any thread may call at any time,
/// also while get() or wait_for() waits, until then(), on_done(), to_future() or detach() takes the
/// call. Callbacks and resumptions run on the client's executor, never on a reactor thread unless
/// that was asked for (Executor::inline_on_io). May outlive the client: it then ends as
/// `cancelled`.
///
/// In a coroutine, name the call first: `auto call = client.chat_async(r); co_await call;`.
/// Awaiting a temporary does not compile, because GCC 12 destroys temporaries of one expression
/// with `co_await` twice. For the same reason write `if`/`else`, not `b ? co_await x : co_await y`.
template <class T>
class [[nodiscard]] Call {
 public:
    using value_type = T;

    explicit Call(std::shared_ptr<detail::CallState<T>> state) : state_(std::move(state)) {}
    Call(Call&&) noexcept = default;
    Call& operator=(Call&& other) noexcept {
        if (this != &other) {
            cancel();
            state_ = std::move(other.state_);
            consumed_ = other.consumed_;
        }
        return *this;
    }
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;
    ~Call() { cancel(); }

    /// False once the call was consumed or moved from.
    [[nodiscard]] bool valid() const noexcept { return state_ != nullptr && !consumed_; }
    /// True if the result is there, so that get() would not wait. Requires valid().
    [[nodiscard]] bool ready() const noexcept { return state_->is_done(); }
    /// Waits at most `limit`; true if the result is there. False at once on a reactor thread.
    template <class Rep, class Period>
    [[nodiscard]] bool wait_for(std::chrono::duration<Rep, Period> limit) {
        return state_->wait_for(std::chrono::duration_cast<std::chrono::nanoseconds>(limit));
    }

    /// Waits for the result and takes it. On a reactor thread (an inline callback) it does not wait
    /// but cancels the call and returns a `config` error, since waiting there would never end.
    [[nodiscard]] Result<T> get() && {
        // The state stays where it is: another thread may be about to cancel.
        consumed_ = true;
        if (!state_->is_done()) {
            if (!detail::may_block_here()) {
                state_->cancel();
                return detail::would_deadlock();
            }
            state_->wait();
        }
        return state_->take();
    }

    /// Ends the request as `cancelled` unless it has already ended; the connection is closed so
    /// that the server stops generating. Returns at once. Safe from any thread, any number of
    /// times.
    void cancel() noexcept {
        if (state_) state_->cancel();
    }
    /// Lets the request run to its end unobserved.
    void detach() && noexcept { state_.reset(); }

    /// A call for `f(result)`: `f` takes `Result<T>` and returns a `U` or a `Result<U>`. Cancelling
    /// the new call cancels this one. If `f` throws, the new call ends with an error and the
    /// exception is reported once through the log sink.
    template <class F>
    [[nodiscard]] auto then(F&& f) && {
        using U = typename detail::UnwrapResult<std::invoke_result_t<F, Result<T>>>::type;
        auto next = std::make_shared<detail::CallState<U>>(state_->runner());
        auto self = std::move(state_);
        next->set_canceller([weak = std::weak_ptr(self)] {
            if (auto state = weak.lock()) state->cancel();
        });
        detail::CallState<T>* state = self.get();
        state->set_continuation([self = std::move(self), f = std::forward<F>(f),
                                 completer = detail::Completer<U>(next)]() mutable {
            if constexpr (std::is_void_v<std::invoke_result_t<F, Result<T>>>) {
                f(self->take());
                completer.complete(Result<U>());
            } else {
                completer.complete(f(self->take()));
            }
        });
        return Call<U>(std::move(next));
    }

    /// Runs `f(Result<T>)` on the executor when the call is done. Ends the chain: nothing is left
    /// to cancel it with (use then() or a std::stop_token for that).
    template <class F>
    void on_done(F&& f) && {
        auto self = std::move(state_);
        detail::CallState<T>* state = self.get();
        state->set_continuation(
            [self = std::move(self), f = std::forward<F>(f)]() mutable { f(self->take()); });
    }

    /// The same result as a std::future, for code that speaks futures. Costs one more allocation.
    [[nodiscard]] std::future<Result<T>> to_future() && {
        std::promise<Result<T>> promise;
        auto future = promise.get_future();
        std::move(*this).on_done([promise = std::move(promise)](Result<T> result) mutable {
            promise.set_value(std::move(result));
        });
        return future;
    }

    /// Awaits the result, once.
    [[nodiscard]] detail::CallAwaiter<T> operator co_await() & {
        return detail::CallAwaiter<T>(*state_);
    }
    template <class Unused = void>
    detail::CallAwaiter<T> operator co_await() && {
        static_assert(!std::is_void_v<Unused>,
                      "name the call first: auto call = ...; co_await call;");
        return detail::CallAwaiter<T>(*state_);
    }

 private:
    std::shared_ptr<detail::CallState<T>> state_;
    bool consumed_{false};  // by get()
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
