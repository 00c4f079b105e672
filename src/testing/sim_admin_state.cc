// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_admin_state.h"

#include <utility>

#include "testing/sim_generation_call.h"
#include "testing/sim_state.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

void AdminState::lose_memory() {
    const std::scoped_lock lock(mutex_);
    missing_ = {"weights", "kv_cache"};
}

bool AdminState::wake(const std::vector<std::string>& tags) {
    const std::scoped_lock lock(mutex_);
    if (tags.empty()) missing_.clear();
    for (const std::string& tag : tags)
        missing_.erase(tag);
    return missing_.empty();
}

std::string AdminState::weight_version() const {
    const std::scoped_lock lock(mutex_);
    return weight_version_;
}

void AdminState::set_weight_version(std::string version) {
    const std::scoped_lock lock(mutex_);
    weight_version_ = std::move(version);
}

void hold_engines(ServerState& server, std::atomic<bool>& by, const std::string& mode) {
    server.admin.finishing = mode == "wait";
    by = true;
    if (mode == "abort") abort_everywhere(server, {});
}

void release_engines(ServerState& server, std::atomic<bool>& by) {
    by = false;
    if (!server.admin.held()) server.admin.finishing = false;
    // Their engines look again whether they may go on.
    server.everywhere([](Workplace&) {});
}

void abort_everywhere(ServerState& server, const std::vector<std::string>& ids) {
    server.everywhere([ids](Workplace& place) {
        for (GenerationCall* const call : std::vector(place.generations))
            call->abort(ids);
    });
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
