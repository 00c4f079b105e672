// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// An adapter that requests may name as their model.
struct LoraAdapter {
    std::string name{};
    std::string path{};
};

/// The adapters that are loaded, in the order of their loading. From any thread.
class LoraRegistry {
 public:
    /// A second adapter of a name takes the place of the first.
    void load(LoraAdapter adapter);
    /// False if there is none of that name.
    bool unload(std::string_view name);
    [[nodiscard]] bool has(std::string_view name) const;
    [[nodiscard]] std::vector<LoraAdapter> list() const;

 private:
    mutable std::mutex mutex_;  // guards adapters_
    std::vector<LoraAdapter> adapters_;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
