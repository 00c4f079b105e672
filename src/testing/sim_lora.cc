// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_lora.h"

#include <algorithm>
#include <utility>

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

auto find_in(auto& adapters, std::string_view name) {
    return std::find_if(adapters.begin(), adapters.end(),
                        [&](const LoraAdapter& adapter) { return adapter.name == name; });
}

}  // namespace

void LoraRegistry::load(LoraAdapter adapter) {
    const std::scoped_lock lock(mutex_);
    const auto found = find_in(adapters_, adapter.name);
    if (found == adapters_.end()) {
        adapters_.push_back(std::move(adapter));
    } else {
        *found = std::move(adapter);
    }
}

bool LoraRegistry::unload(std::string_view name) {
    const std::scoped_lock lock(mutex_);
    const auto found = find_in(adapters_, name);
    if (found == adapters_.end()) return false;
    adapters_.erase(found);
    return true;
}

bool LoraRegistry::has(std::string_view name) const {
    const std::scoped_lock lock(mutex_);
    return find_in(adapters_, name) != adapters_.end();
}

std::vector<LoraAdapter> LoraRegistry::list() const {
    const std::scoped_lock lock(mutex_);
    return adapters_;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
