// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <utility>

#include "vllm_client/unique_function.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

/// Where callbacks and coroutine resumptions run.
///
///     asio::io_context io;
///     ClientOptions options{.executor = Executor([&io](Executor::Task task) {
///         asio::post(io, std::move(task));
///     })};
///
/// A default-constructed Executor means the client's own small thread pool. Cheap to copy; copies
/// share the target. Callbacks of one stream come in order and never two at once on any executor;
/// different calls may run side by side if the executor has several threads.
class Executor {
 public:
    /// One unit of work. Move-only; run it exactly once, on any thread, at any later time.
    using Task = UniqueFunction<void()>;

    /// Who runs the tasks.
    enum class Kind : std::uint8_t { own_pool, user, inline_on_io };

    /// The client's own thread pool (ClientOptions::callback_threads).
    Executor() = default;
    /// The user's executor: `post` is called from reactor threads and from callers' threads, must
    /// be thread-safe, must not block, and must outlive the client. An exception from it is
    /// swallowed and the task is run on the calling thread instead, so that no call is left without
    /// its end.
    explicit Executor(std::function<void(Task)> post) : kind_(Kind::user), post_(std::move(post)) {}
    /// Callbacks run on the reactor thread itself: no hand-over, the lowest latency and CPU. They
    /// must be short and must never block: a blocking call inside one returns a `config` error.
    [[nodiscard]] static Executor inline_on_io() {
        Executor executor;
        executor.kind_ = Kind::inline_on_io;
        return executor;
    }

    [[nodiscard]] Kind kind() const noexcept { return kind_; }
    /// The user's function; empty unless kind() is `user`.
    [[nodiscard]] const std::function<void(Task)>& post() const noexcept { return post_; }

 private:
    Kind kind_{Kind::own_pool};
    std::function<void(Task)> post_;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
