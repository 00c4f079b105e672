// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

#include "api/client_core.h"
#include "api/tool_round.h"
#include "vllm_client/tool_loop.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::api {

/// A conversation in which the model calls tools. Used once, either by run() or by start(). Only
/// one of its steps is under way at a time, on whatever thread; a step hands over to the next.
class ToolLoop : public std::enable_shared_from_this<ToolLoop> {
 public:
    ToolLoop(BoundClient client, ChatRequest request, const ToolSet& tools, ToolLoopOptions options,
             CallOptions call);

    /// Waits for the end. Needs no thread but the calling one, so that functions may run loops.
    [[nodiscard]] Result<ToolLoopReply> run();
    [[nodiscard]] Call<ToolLoopReply> start();

 private:
    [[nodiscard]] Result<void> check() const;
    [[nodiscard]] Call<ChatReply> ask();
    /// The calls of an answer; none if the loop is over.
    [[nodiscard]] std::shared_ptr<ToolRound> take_answer(Result<ChatReply> answer);
    /// Adds the results of a round; false if the loop is over.
    [[nodiscard]] bool take_results(ToolRound& round);
    void append_answer(const ChatReply& reply);
    void tell_round();
    void end(Result<ToolLoopReply> result) { result_.emplace(std::move(result)); }

    void ask_later();
    void answered(Result<ChatReply> answer);
    void complete();

    const BoundClient client_;
    ChatRequest request_;  // without its messages
    CallOptions call_;
    std::stop_source stop_;
    std::shared_ptr<const ToolSetting> setting_;
    ToolLoopReply reply_;                          // what is done so far
    std::optional<Result<ToolLoopReply>> result_;  // set at the end
    std::optional<detail::Completer<ToolLoopReply>> completer_;
    std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api
