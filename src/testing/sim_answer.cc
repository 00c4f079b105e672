// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_answer.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "testing/sim_hash.h"
#include "testing/sim_tokenizer.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

constexpr std::uint32_t longest_answer = 1U << 24U;

std::uint32_t drawn_length(std::uint64_t seed, const SimOutputLength& length) {
    if (length.sigma <= 0) return static_cast<std::uint32_t>(std::max(1.0, length.mean));
    const std::uint64_t first = mixed(seed, length.seed);
    const double radius = std::sqrt(-2.0 * std::log(1.0 - unit_interval(first)));
    const double normal = radius * std::cos(2.0 * std::numbers::pi * unit_interval(mixed(first)));
    const double middle = std::log(std::max(1.0, length.mean)) - length.sigma * length.sigma / 2;
    const double drawn = std::exp(middle + length.sigma * normal);
    return static_cast<std::uint32_t>(std::clamp(drawn, 1.0, static_cast<double>(longest_answer)));
}

}  // namespace

void Script::add_line(Part part, std::uint32_t call, std::string_view text) {
    tokenize(text, tokens);
    lines.push_back({part, call, static_cast<std::uint32_t>(tokens.size())});
}

Answer::Answer(Options options, const SimOutputLength& length) : options_(std::move(options)) {
    length_ = std::max(drawn_length(options_.seed, length), options_.at_least + 1);
    if (options_.reasoning) reasoning_ = std::clamp(length_ / 4, 1U, 64U);
    if (options_.endless) length_ = std::numeric_limits<std::uint32_t>::max();
    length_ = std::max(length_, reasoning_ + 2);
}

Answer::Spoken Answer::at(std::uint32_t position) const {
    if (position < reasoning_) {
        return {prose(position), Part::reasoning, 0, position == 0, false};
    }
    const Script* const script = options_.script.get();
    if (script == nullptr) {
        const bool ends = position + 1 >= length_;
        return {ends ? token_end : prose(position), Part::content, 0, position == reasoning_, ends};
    }
    const std::uint32_t index = position - reasoning_;
    std::uint32_t start = 0;
    for (const Script::Line& line : script->lines) {
        if (index < line.end) {
            return {script->tokens[index], line.part, line.call, index == start, false};
        }
        start = line.end;
    }
    return {token_end, Part::content, 0, false, true};
}

TokenId Answer::prose(std::uint32_t position) const {
    const std::uint64_t drawn = mixed(options_.seed, position);
    if (options_.allowed) return (*options_.allowed)[drawn % options_.allowed->size()];
    const Vocabulary& vocabulary = Vocabulary::instance();
    const bool mark = position > 0 && (drawn >> 32U) % 11 == 0;
    const auto& choices = mark ? vocabulary.marks() : vocabulary.words();
    return choices[drawn % choices.size()];
}

double Answer::logprob(std::uint32_t position) const {
    return -static_cast<double>(
        static_cast<float>(0.01 + 2.0 * unit_interval(mixed(options_.seed ^ 0x10, position))));
}

TokenId Answer::alternative(std::uint32_t position, std::uint32_t rank) const {
    const auto& words = Vocabulary::instance().words();
    const TokenId said = at(position).id;
    const std::size_t first = mixed(options_.seed ^ 0x20, position) % words.size();
    // One step further if a candidate up to this rank is what was said.
    std::size_t step = rank - 1;
    for (std::size_t i = 0; i < rank; ++i) {
        if (words[(first + i) % words.size()] == said) step = rank;
    }
    return words[(first + step) % words.size()];
}

std::uint32_t Answer::reasoning_tokens(std::uint32_t count) const noexcept {
    return std::min(count, reasoning_);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
