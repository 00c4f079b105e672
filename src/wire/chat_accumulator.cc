// SPDX-License-Identifier: Apache-2.0
#include "wire/chat_accumulator.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "wire/chat_chunk.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

using detail::ChatChunkReader;

constexpr std::size_t most_tool_calls = 1024;  // of one choice

template <class T>
void append(std::vector<T>& to, const std::vector<T>& from) {
    to.insert(to.end(), from.begin(), from.end());
}

void set_if_empty(std::string& to, std::string_view from) {
    if (to.empty()) to = from;
}

Error too_many_tool_calls() {
    return {.kind = ErrorKind::limit,
            .message = "the stream has more than " + std::to_string(most_tool_calls) +
                       " tool calls in one choice",
            .reach = Reach::executed,
            .phase = Phase::decode};
}

}  // namespace

// All choices of a chat answer one prompt.
ChatAccumulator::ChatAccumulator() : usage_(std::numeric_limits<std::int64_t>::max()) {}

Result<void> ChatAccumulator::add(const ChatDelta& delta) {
    if (begun_ && ChatChunkReader::is_text_only(delta)) {
        if (delta.choice_count() != 0) add_text(delta);
        return {};
    }
    if (const Error* error = ChatChunkReader::chunk_error(delta)) return *error;
    const ChatChunk& chunk = delta.chunk();
    add_header(chunk);
    for (const ChatChunkChoice& part : chunk.choices) {
        if (!add_choice(part)) return too_many_tool_calls();
    }
    if (chunk.usage) add_usage(chunk);
    return {};
}

void ChatAccumulator::add_text(const ChatDelta& delta) {
    ChatMessage& message = choice(delta.index()).answer.message;
    message.content += delta.text();
    message.reasoning += delta.reasoning();
}

void ChatAccumulator::add_header(const ChatChunk& chunk) {
    begun_ = true;
    set_if_empty(reply_.id, chunk.id);
    set_if_empty(reply_.model, chunk.model);
    set_if_empty(reply_.system_fingerprint, chunk.system_fingerprint);
    if (reply_.created == 0) reply_.created = chunk.created;
    if (reply_.prompt_token_ids.empty()) reply_.prompt_token_ids = chunk.prompt_token_ids;
}

void ChatAccumulator::add_usage(const ChatChunk& chunk) {
    if (chunk.choices.empty()) {
        usage_.set_final(*chunk.usage);
    } else {
        usage_.set_running(chunk.choices.front().index, *chunk.usage);
    }
}

bool ChatAccumulator::add_choice(const ChatChunkChoice& part) {
    Choice& into = choice(part.index);
    ChatChoice& answer = into.answer;
    set_if_empty(answer.message.role, part.role);
    answer.message.content += part.content;
    answer.message.reasoning += part.reasoning;
    for (const ToolCallDelta& call : part.tool_calls) {
        if (!add_tool_call(into, call)) return false;
    }
    append(answer.logprobs, part.logprobs);
    append(answer.token_ids, part.token_ids);
    if (part.finish_reason) {
        if (!answer.finish_reason) ++finished_;
        answer.finish_reason = part.finish_reason;
    }
    if (part.stop_reason.index() != 0) answer.stop_reason = part.stop_reason;
    return true;
}

bool ChatAccumulator::add_tool_call(Choice& into, const ToolCallDelta& part) {
    const auto place =
        std::lower_bound(into.tools.begin(), into.tools.end(), part.index,
                         [](const Tool& tool, std::int64_t index) { return tool.index < index; });
    const bool is_new = place == into.tools.end() || place->index != part.index;
    if (is_new && into.tools.size() == most_tool_calls) return false;
    ToolCall& call = is_new ? into.tools.insert(place, Tool{part.index, {}})->call : place->call;
    set_if_empty(call.id, part.id);
    // Some servers repeat the name with every fragment.
    if (call.name != part.name) call.name += part.name;
    call.arguments += part.arguments;
    return true;
}

ChatAccumulator::Choice& ChatAccumulator::choice(std::int64_t index) {
    const auto position = static_cast<std::size_t>(index);
    if (position >= choices_.size()) choices_.resize(position + 1);
    Choice& found = choices_[position];
    if (!found.seen) {
        found.seen = true;
        found.answer.index = index;
        ++seen_;
    }
    return found;
}

ChatReply ChatAccumulator::finish() && {
    for (Choice& choice : choices_) {
        if (!choice.seen) continue;
        for (Tool& tool : choice.tools) {
            tool.call.complete = JsonText(tool.call.arguments).valid();
            choice.answer.message.tool_calls.push_back(std::move(tool.call));
        }
        reply_.choices.push_back(std::move(choice.answer));
    }
    reply_.usage = usage_.total();
    return std::move(reply_);
}

std::vector<std::string> ChatAccumulator::partial_text() const {
    std::vector<std::string> texts;
    texts.reserve(choices_.size());
    for (const Choice& choice : choices_)
        texts.push_back(choice.answer.message.content);
    return texts;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
