// SPDX-License-Identifier: Apache-2.0
#include "wire/completion_accumulator.h"

#include <utility>

#include "wire/completion_chunk.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

using detail::CompletionChunkReader;

template <class T>
void append(std::vector<T>& to, const std::vector<T>& from) {
    to.insert(to.end(), from.begin(), from.end());
}

template <class T>
void set_if_empty(T& to, const T& from) {
    if (to.empty()) to = from;
}

void append(CompletionLogprobs& to, const CompletionLogprobs& from) {
    append(to.tokens, from.tokens);
    append(to.token_logprobs, from.token_logprobs);
    append(to.top_logprobs, from.top_logprobs);
    append(to.text_offset, from.text_offset);
}

}  // namespace

Result<void> CompletionAccumulator::add(const CompletionDelta& delta) {
    if (begun_ && CompletionChunkReader::is_text_only(delta)) {
        if (delta.choice_count() != 0) choice(delta.index()).text += delta.text();
        return {};
    }
    if (const Error* error = CompletionChunkReader::chunk_error(delta)) return *error;
    const CompletionReply& chunk = delta.chunk();
    add_header(chunk);
    for (const CompletionChoice& part : chunk.choices)
        add_choice(part);
    if (chunk.usage && chunk.choices.empty()) usage_.set_final(*chunk.usage);
    if (chunk.usage && !chunk.choices.empty()) usage_.set_running(delta.index(), *chunk.usage);
    return {};
}

void CompletionAccumulator::add_header(const CompletionReply& chunk) {
    begun_ = true;
    set_if_empty(reply_.id, chunk.id);
    set_if_empty(reply_.model, chunk.model);
    set_if_empty(reply_.system_fingerprint, chunk.system_fingerprint);
    set_if_empty(reply_.metrics, chunk.metrics);
    if (reply_.created == 0) reply_.created = chunk.created;
}

void CompletionAccumulator::add_choice(const CompletionChoice& part) {
    CompletionChoice& into = choice(part.index);
    into.text += part.text;
    if (part.logprobs) {
        if (!into.logprobs) into.logprobs.emplace();
        append(*into.logprobs, *part.logprobs);
    }
    append(into.token_ids, part.token_ids);
    set_if_empty(into.prompt_token_ids, part.prompt_token_ids);
    set_if_empty(into.prompt_logprobs, part.prompt_logprobs);
    if (part.finish_reason) {
        if (!into.finish_reason) ++finished_;
        into.finish_reason = part.finish_reason;
    }
    if (part.stop_reason.index() != 0) into.stop_reason = part.stop_reason;
}

CompletionChoice& CompletionAccumulator::choice(std::int64_t index) {
    const auto position = static_cast<std::size_t>(index);
    if (position >= choices_.size()) choices_.resize(position + 1);
    Choice& found = choices_[position];
    if (!found.seen) {
        found.seen = true;
        found.answer.index = index;
        ++seen_;
    }
    return found.answer;
}

CompletionReply CompletionAccumulator::finish() && {
    for (Choice& choice : choices_) {
        if (choice.seen) reply_.choices.push_back(std::move(choice.answer));
    }
    reply_.usage = usage_.total();
    return std::move(reply_);
}

std::vector<std::string> CompletionAccumulator::partial_text() const {
    std::vector<std::string> texts;
    texts.reserve(choices_.size());
    for (const Choice& choice : choices_)
        texts.push_back(choice.answer.text);
    return texts;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
