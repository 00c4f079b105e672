// SPDX-License-Identifier: Apache-2.0
#include "wire/usage_sum.h"

#include <limits>

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

// Counts come from outside; a sum that does not fit stops at the largest number.
void add(std::int64_t& sum, std::int64_t part) {
    if (__builtin_add_overflow(sum, part, &sum)) sum = std::numeric_limits<std::int64_t>::max();
}

void add(std::optional<std::int64_t>& sum, const std::optional<std::int64_t>& part) {
    if (!part) return;
    if (!sum) sum = 0;
    add(*sum, *part);
}

}  // namespace

std::optional<Usage> UsageSum::total() const {
    if (final_ || running_.empty()) return final_;
    if (running_.size() == 1) return running_.begin()->second;
    Usage sum;
    std::int64_t counted_prompts = 0;  // prompts below this number are in the sum
    for (const auto& [choice, usage] : running_) {
        const std::int64_t prompt = choice / samples_per_prompt_;
        if (prompt >= counted_prompts) {
            add(sum.prompt_tokens, usage.prompt_tokens);
            add(sum.cached_tokens, usage.cached_tokens);
            counted_prompts = prompt + 1;
        }
        add(sum.completion_tokens, usage.completion_tokens);
        add(sum.reasoning_tokens, usage.reasoning_tokens);
    }
    sum.total_tokens = sum.prompt_tokens;
    add(sum.total_tokens, sum.completion_tokens);
    return sum;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
