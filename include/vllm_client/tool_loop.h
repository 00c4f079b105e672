// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "vllm_client/call.h"
#include "vllm_client/chat.h"
#include "vllm_client/export.h"
#include "vllm_client/message.h"
#include "vllm_client/options.h"
#include "vllm_client/reply_parts.h"
#include "vllm_client/result.h"
#include "vllm_client/tool_set.h"
#include "vllm_client/version.h"
#include "vllm_client/vllm_client.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

/// One tool call of the model and what became of it.
struct ToolRun {
    int round{0};                          ///< Which answer made the call, from 1.
    ToolCall call{};                       ///< As the model made it.
    std::string result{};                  ///< What the model is told.
    std::optional<Error> error{};          ///< Why there is no result of the function.
    std::chrono::nanoseconds duration{0};  ///< Of the function; zero if it did not run.
};

/// What a loop of chats and tool calls came to.
struct ToolLoopReply {
    ChatReply reply{};                ///< The last answer.
    std::vector<Message> messages{};  ///< The request's, then all answers and tool results.
    std::vector<ToolRun> runs{};      ///< Every call, by round, then in the model's order.
    Usage total{};                    ///< Sum over the answers that came with their usage.
    int rounds{0};                    ///< Answers of the model.
    /// The model still called tools in the last round that ToolLoopOptions::max_rounds allows.
    /// Their results are in `messages`, which may be continued, but the model has not seen them.
    bool limit_reached{false};
};

/// How run_tools() goes about it.
struct ToolLoopOptions {
    int max_rounds{8};              ///< Answers of the model, ≥ 1.
    std::size_t max_parallel{4};    ///< Functions running at once, ≥ 1.
    std::size_t max_per_round{16};  ///< Calls in one answer, ≥ 1; the model is told of further ones
                                    ///< that they were not run.
    /// True: a call of an unknown tool, arguments that are not a JSON object, and a function that
    /// fails or throws are told to the model, which may do better. False: the first of them ends
    /// the loop with that error.
    bool report_errors_to_model{true};
    /// Asked before each function, on the thread that will run it, by several threads at once. An
    /// error keeps the function from running and takes the place of its own: for approval, and to
    /// log.
    std::function<Result<void>(const ToolCall&)> on_call{};
    /// Told after each round of tools how far the loop is. A copy is what remains of the work done
    /// if a later round fails.
    std::function<void(const ToolLoopReply&)> on_round{};
};

/// Asks, runs the tools that the model calls, tells it the results, and asks again until it answers
/// without calling any.
///
///     auto done = run_tools(client, {.messages = {user("Weather in Oslo?")}}, tools);
///     if (done) std::cout << done->reply.text();
///
/// `request` has no tools of its own (ChatRequest::tools empty). Its `tool_choice` holds for the
/// first round: one that forces a call becomes `auto` afterwards, else the loop would never end. Of
/// several choices the first counts. Arguments that are no JSON stand as `{}` in the conversation,
/// since many servers refuse them; ToolRun::call has them as they were.
/// Threads: functions run on the client's executor and on the calling thread, never on a reactor
/// (with Executor::inline_on_io: on a pool of ClientOptions::callback_threads), as many at once as
/// that has threads. Cost: one chat a round; `options` hold for each of them, limits of time too.
/// Errors: those of chat; `config` for wrong tools or options; what report_errors_to_model says.
/// A requested CallOptions::stop cancels a running chat and lets no further function begin.
/// Source: `tools`, `tool_choice` and `tool_calls` of `POST /v1/chat/completions`.
[[nodiscard]] VLLM_CLIENT_EXPORT Result<ToolLoopReply> run_tools(const VllmClient& client,
                                                                 ChatRequest request,
                                                                 const ToolSet& tools,
                                                                 ToolLoopOptions options = {},
                                                                 CallOptions call = {});
/// The same with a bound client's model and defaults.
[[nodiscard]] VLLM_CLIENT_EXPORT Result<ToolLoopReply> run_tools(const BoundClient& client,
                                                                 ChatRequest request,
                                                                 const ToolSet& tools,
                                                                 ToolLoopOptions options = {},
                                                                 CallOptions call = {});
/// The same as a Call. Cancelling it cancels a running chat and lets no further function begin; it
/// ends when those that run have returned.
[[nodiscard]] VLLM_CLIENT_EXPORT Call<ToolLoopReply> run_tools_async(const VllmClient& client,
                                                                     ChatRequest request,
                                                                     const ToolSet& tools,
                                                                     ToolLoopOptions options = {},
                                                                     CallOptions call = {});
[[nodiscard]] VLLM_CLIENT_EXPORT Call<ToolLoopReply> run_tools_async(const BoundClient& client,
                                                                     ChatRequest request,
                                                                     const ToolSet& tools,
                                                                     ToolLoopOptions options = {},
                                                                     CallOptions call = {});

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
