// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "testing/sim_engine.h"
#include "testing/sim_http.h"
#include "testing/sim_state.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// What a pooling request asks of the engine, and its answer.
struct PoolingWork {
    std::vector<std::size_t> prompts{};  ///< Tokens of each sequence.
    SimFault fault{};
    /// Writes the reply; called once, when all sequences are through.
    std::function<void(ResponseSink&)> answer{};
};

/// A request that reads prompts and generates nothing, one engine task for each prompt.
class PoolingCall final : public Call {
 public:
    /// `place` and `sink` must outlive it.
    PoolingCall(Workplace& place, ResponseSink& sink, PoolingWork work);
    ~PoolingCall() override;

    /// Throws ApiFailure if the server is full; nothing is written in that case.
    void start();

 private:
    class Task final : public EngineTask {
     public:
        explicit Task(PoolingCall& call) : call_(call) {}
        bool on_step(Monotonic::time_point now) override;

     private:
        PoolingCall& call_;
    };

    void finish_task(const Task& task, Monotonic::time_point now);

    Workplace& place_;
    ResponseSink& sink_;
    PoolingWork work_;
    std::vector<std::unique_ptr<Task>> tasks_;
    std::size_t unfinished_{0};
};

/// A call that has been started.
[[nodiscard]] std::unique_ptr<Call> start_pooling(Workplace& place, ResponseSink& sink,
                                                  PoolingWork work);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
