// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <stop_token>
#include <vector>

#include "api/client_core.h"
#include "vllm_client/tool_loop.h"
#include "vllm_client/unique_function.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::api {

/// What the rounds of one loop share.
struct ToolSetting {
    std::shared_ptr<ClientCore> core;
    ToolSet tools;
    ToolLoopOptions options;
    std::stop_token stop;

    /// Success as long as functions may begin.
    [[nodiscard]] Result<void> status() const;
};

/// The tool calls of one answer. Runs their functions on the thread that starts the round and on
/// the client's worker threads as they come free, so that it never waits for a thread that is not
/// to be had.
class ToolRound : public std::enable_shared_from_this<ToolRound> {
 public:
    ToolRound(std::shared_ptr<const ToolSetting> setting, const std::vector<ToolCall>& calls,
              int round);

    /// Once, with at least one call. `finished` runs on the thread whose function ends last,
    /// perhaps this one, before this function returns.
    void start(UniqueFunction<void()> finished);
    /// Every call, in the model's order. After the end.
    [[nodiscard]] std::vector<ToolRun>& runs() noexcept { return runs_; }

 private:
    void work();
    void run(std::size_t index);
    [[nodiscard]] Result<std::string> result_of(std::size_t index);

    const std::shared_ptr<const ToolSetting> setting_;
    std::vector<ToolRun> runs_;  // each written by the thread that runs it
    UniqueFunction<void()> finished_;
    std::atomic<std::size_t> next_{0};  // first call that no thread has taken
    std::atomic<std::size_t> left_;     // calls without an end
    std::atomic<bool> failed_{false};   // an error that ends the loop was met
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api
