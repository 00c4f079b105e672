// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "commands.h"
#include "json.h"
#include "vllm_client/chat.h"
#include "vllm_client/completion.h"
#include "vllm_client/result.h"
#include "vllm_client/stream.h"

namespace vllm_client::cli {

/// What one generation came to, whole or cut short, whichever family it was of.
struct Answer {
    std::string text{};  ///< Of the first choice; with an error: what came before it.
    std::string reasoning{};
    std::vector<ToolCall> tool_calls{};
    std::vector<std::string> further_texts{};  ///< Of the other choices, if more were asked for.
    std::optional<FinishReason> finish_reason{};
    std::optional<Usage> usage{};
    std::string id{};
    std::string model{};
    std::string request_id{};
    Timing timing{};
    std::optional<Error> error{};
};

[[nodiscard]] Answer to_answer(Result<ChatReply> reply);
[[nodiscard]] Answer to_answer(Result<CompletionReply> reply);

/// One object: text, usage, finish_reason, ttft_ms, e2e_ms, model, id, request_id, and whatever
/// else there is.
[[nodiscard]] Json to_json(const Answer& answer);
/// Time to first token, tokens and speed, for people.
[[nodiscard]] std::string stats_line(const Answer& answer);

/// Shows what a step of a stream brought. False once nobody reads it.
bool show(const ChatDelta& delta, Console& console);
bool show(const CompletionDelta& delta, Console& console);

/// Reads a stream to its end and, unless JSON is wanted, shows it on the way.
template <class Delta, class Reply>
Answer follow(Stream<Delta, Reply> stream, Console& console) {
    while (!console.json()) {
        auto step = stream.next();
        if (!step || !*step) break;
        if (!show(**step, console)) stream.cancel();
    }
    Answer answer = to_answer(stream.collect());
    answer.timing = stream.timing();
    answer.request_id = stream.raw().request_id;
    return answer;
}

/// Shows what of the answer was not shown yet, its statistics and its failure; the exit code.
/// `shown`: the text was.
int report(const Answer& answer, const GenerationOptions& options, bool shown, Console& console);

}  // namespace vllm_client::cli
