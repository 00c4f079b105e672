// SPDX-License-Identifier: Apache-2.0
#include "wire/generate_accumulator.h"

#include <utility>

#include "wire/generate_chunk.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

using detail::GenerateChunkReader;

template <class Range, class T>
void append(std::vector<T>& to, const Range& from) {
    to.insert(to.end(), from.begin(), from.end());
}

template <class T>
void set_if_empty(T& to, const T& from) {
    if (to.empty()) to = from;
}

}  // namespace

Result<void> GenerateAccumulator::add(const GenerateDelta& delta) {
    if (begun_ && GenerateChunkReader::is_plain(delta)) {
        if (delta.choice_count() == 0) return {};
        GenerateChoice& into = choice(delta.index());
        append(into.token_ids, delta.token_ids());
        into.text += delta.text();
        return {};
    }
    if (const Error* error = GenerateChunkReader::chunk_error(delta)) return *error;
    const GenerateReply& chunk = delta.chunk();
    add_header(chunk);
    for (const GenerateChoice& part : chunk.choices)
        add_choice(part);
    if (chunk.usage && chunk.choices.empty()) usage_.set_final(*chunk.usage);
    if (chunk.usage && !chunk.choices.empty()) usage_.set_running(delta.index(), *chunk.usage);
    return {};
}

void GenerateAccumulator::add_header(const GenerateReply& chunk) {
    begun_ = true;
    set_if_empty(reply_.id, chunk.id);
    set_if_empty(reply_.model, chunk.model);
    set_if_empty(reply_.prompt_token_ids, chunk.prompt_token_ids);
    set_if_empty(reply_.mm_placeholders, chunk.mm_placeholders);
    set_if_empty(reply_.metrics, chunk.metrics);
    set_if_empty(reply_.kv_transfer_params, chunk.kv_transfer_params);
    set_if_empty(reply_.ec_transfer_params, chunk.ec_transfer_params);
    if (reply_.created == 0) reply_.created = chunk.created;
}

void GenerateAccumulator::add_choice(const GenerateChoice& part) {
    GenerateChoice& into = choice(part.index);
    append(into.token_ids, part.token_ids);
    into.text += part.text;
    append(into.logprobs, part.logprobs);
    append(into.sampling_mask, part.sampling_mask);
    // One for the whole answer, which comes with its end.
    if (!part.routed_experts.empty()) into.routed_experts = part.routed_experts;
    if (!part.weight_versions.empty()) into.weight_versions = part.weight_versions;
    if (part.finish_reason) {
        if (!into.finish_reason) ++finished_;
        into.finish_reason = part.finish_reason;
    }
    if (part.stop_reason.index() != 0) into.stop_reason = part.stop_reason;
}

GenerateChoice& GenerateAccumulator::choice(std::int64_t index) {
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

GenerateReply GenerateAccumulator::finish() && {
    for (Choice& choice : choices_) {
        if (choice.seen) reply_.choices.push_back(std::move(choice.answer));
    }
    reply_.usage = usage_.total();
    return std::move(reply_);
}

std::vector<std::string> GenerateAccumulator::partial_text() const {
    std::vector<std::string> texts;
    texts.reserve(choices_.size());
    for (const Choice& choice : choices_)
        texts.push_back(choice.answer.text);
    return texts;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
