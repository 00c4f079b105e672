// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "testing/sim_admin_state.h"
#include "testing/sim_engine.h"
#include "testing/sim_lora.h"
#include "testing/sim_metrics.h"
#include "vllm_client/testing/sim_options.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

class GenerationCall;
class ResponseStore;
struct Workplace;

/// What all front ends share. `options`, `metrics` and `started` do not change once serving.
struct ServerState {
    SimOptions options{};
    std::string fingerprint{};
    LoraRegistry adapters{};
    double started{0};  ///< Seconds since 1970.
    std::vector<const ShardMetrics*> metrics{};
    std::atomic<bool> healthy{true};
    AdminState admin{};
    /// Has every front end do something soon; from any thread. Set before serving.
    std::function<void(const std::function<void(Workplace&)>&)> everywhere{};
    std::atomic<bool> draining{false};
};

/// What the calls of one front end work with; used by its thread only.
struct Workplace {
    ServerState& server;
    Engine& engine;
    ShardMetrics& metrics;
    /// Tells the owner that the engine has work.
    std::function<void()> wake_engine{};
    std::uint64_t id_seed{0};
    std::uint64_t ids{0};
    std::uint64_t ordinal{0};                    ///< Inference requests so far.
    std::vector<GenerationCall*> generations{};  ///< At work.
    /// Made when it is first needed. Goes first, for its calls use the rest.
    std::shared_ptr<ResponseStore> responses{};

    [[nodiscard]] const SimOptions& options() const noexcept { return server.options; }
    /// Sixteen hexadecimal digits, never the same twice.
    [[nodiscard]] std::string new_id();
    /// The fault the user set for this request.
    [[nodiscard]] SimFault fault_of(std::string_view path, std::string_view model,
                                    std::string_view id, bool stream);
    /// Throws ApiFailure if `sequences` more would exceed a queue limit.
    void check_admission(std::uint64_t sequences);
    void publish_queue() noexcept;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
