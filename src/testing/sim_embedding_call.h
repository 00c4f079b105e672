// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "testing/sim_engine.h"
#include "testing/sim_http.h"
#include "testing/sim_state.h"
#include "testing/sim_vocabulary.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// An embedding request that has been read, checked and defaulted.
struct EmbeddingRequest {
    std::string model{};
    std::string id{};
    std::vector<std::vector<TokenId>> inputs{};
    int dimensions{0};
    bool base64{false};
    SimFault fault{};
};

/// Throws ApiFailure.
[[nodiscard]] EmbeddingRequest read_embedding_request(const nlohmann::json& body,
                                                      const SimOptions& options);

/// An embedding request while the engine works on it, one task for each input.
class EmbeddingCall final : public Call {
 public:
    /// `place` and `sink` must outlive it.
    EmbeddingCall(Workplace& place, ResponseSink& sink, EmbeddingRequest request);
    ~EmbeddingCall() override;

    /// Throws ApiFailure if the server is full; nothing is written in that case.
    void start();

 private:
    class Task final : public EngineTask {
     public:
        explicit Task(EmbeddingCall& call) : call_(call) {}
        bool on_step(Monotonic::time_point now) override;

     private:
        EmbeddingCall& call_;
    };

    void finish_task(const Task& task, Monotonic::time_point now);
    void finish();

    Workplace& place_;
    ResponseSink& sink_;
    EmbeddingRequest request_;
    std::vector<std::unique_ptr<Task>> tasks_;
    std::size_t unfinished_{0};
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
