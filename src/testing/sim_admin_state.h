// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

struct ServerState;

/// What operators have done to the server. From any thread.
class AdminState {
 public:
    /// A held engine begins no step.
    [[nodiscard]] bool held() const noexcept { return paused || asleep; }

    std::atomic<bool> paused{false};
    std::atomic<bool> asleep{false};
    /// While held: what runs goes on to its end, and only what waits is held back.
    std::atomic<bool> finishing{false};
    std::atomic<bool> profiling{false};
    std::atomic<int> data_parallel_size{1};

    /// All of "weights" and "kv_cache" is gone.
    void lose_memory();
    /// Brings back `tags`, everything if there are none. True: awake.
    bool wake(const std::vector<std::string>& tags);

    [[nodiscard]] std::string weight_version() const;
    void set_weight_version(std::string version);

 private:
    mutable std::mutex mutex_;  // guards all below
    std::set<std::string> missing_;
    std::string weight_version_{"default"};
};

/// Holds all engines back. Mode "abort" ends what they work on, "wait" lets it finish, "keep"
/// freezes it.
void hold_engines(ServerState& server, std::atomic<bool>& by, const std::string& mode);
/// Lets all engines go on if nothing holds them any more.
void release_engines(ServerState& server, std::atomic<bool>& by);
/// Ends the sequences of these engine ids, all if there are none.
void abort_everywhere(ServerState& server, const std::vector<std::string>& ids);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
