// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "testing/sim_clock.h"
#include "vllm_client/testing/sim_options.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

class Engine;

/// One sequence of work: a prompt to prefill, then tokens until on_step says that it was enough.
/// A pooling task says so at once. Leaves its engine when it is destroyed.
class EngineTask {
 public:
    EngineTask() = default;
    EngineTask(const EngineTask&) = delete;
    EngineTask& operator=(const EngineTask&) = delete;
    virtual ~EngineTask();

    /// The step that ended at `now` finished the prompt or added a token. False: the task is over
    /// and is no longer in the engine. May remove any task, this one included, but destroy none.
    virtual bool on_step(Monotonic::time_point now) = 0;

    std::uint32_t prompt_tokens{0};     ///< Set before the task is added.
    std::uint32_t prefilled{0};         ///< Prompt tokens worked through.
    Monotonic::time_point arrived{};    ///< When it was added.
    Monotonic::time_point scheduled{};  ///< When it got a slot.

    enum class State : std::uint8_t { outside, waiting, running };
    [[nodiscard]] State state() const noexcept { return state_; }

 private:
    friend class Engine;
    Engine* engine_{nullptr};
    State state_{State::outside};
    std::size_t place_{0};  // waiting: ticket; running: index
};

/// The batch of a continuously batching server: slots, a FIFO queue, chunked prefill, and a time
/// for each step. Holds no clock and no thread: its owner calls begin_step, lets that much time
/// pass, and calls end_step. For one thread.
class Engine {
 public:
    explicit Engine(const SimTimeModel& time);
    /// Tasks that are still inside are let go.
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    void add(EngineTask& task, Monotonic::time_point now);
    /// Whether waiting tasks may get slots; they may at first.
    void admit_more(bool admits) noexcept { admits_ = admits; }
    /// Takes a task out wherever it is; does nothing if it is outside.
    void remove(EngineTask& task) noexcept;

    [[nodiscard]] bool idle() const noexcept { return running_count_ == 0 && waiting_count_ == 0; }
    [[nodiscard]] std::size_t running() const noexcept { return running_count_; }
    [[nodiscard]] std::size_t waiting() const noexcept { return waiting_count_; }
    /// Prompt tokens of tasks whose prefill is not over.
    [[nodiscard]] std::uint64_t queued_tokens() const noexcept { return queued_tokens_; }

    /// What a step did, or is about to do.
    struct Step {
        Seconds duration{0};         ///< Before time_scale.
        std::uint32_t decoded{0};    ///< D, sequences that add a token.
        std::uint32_t prefilled{0};  ///< P, prompt tokens.
    };
    /// Admits what fits and decides the work of the next step.
    Step begin_step(Monotonic::time_point now);
    /// The step is over: its tasks hear of it.
    void end_step(Monotonic::time_point now);

 private:
    struct Running {
        EngineTask* task{nullptr};  // null once removed
        std::uint32_t chunk{0};     // prompt tokens in this step
        bool decodes{false};        // adds a token in this step
    };

    void compact();
    std::uint32_t plan_chunk(Running& entry, std::uint32_t budget);
    void admit(std::uint32_t& budget, std::uint32_t& prefilled, Monotonic::time_point now);
    EngineTask* next_waiting() noexcept;

    SimTimeModel time_;
    std::vector<Running> running_;
    std::deque<EngineTask*> waiting_;  // null once removed
    std::size_t first_ticket_{0};
    std::size_t running_count_{0};
    std::size_t waiting_count_{0};
    std::uint64_t queued_tokens_{0};
    bool admits_{true};
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
