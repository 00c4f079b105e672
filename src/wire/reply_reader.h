// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "vllm_client/reply_parts.h"
#include "wire/json_reader.h"

// Readers of what several families' replies share; for use inside read_json().
namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

[[nodiscard]] FinishReason finish_reason_from(std::string_view word) noexcept;
[[nodiscard]] std::optional<FinishReason> read_finish_reason(ondemand::value value);
[[nodiscard]] StopReason read_stop_reason(ondemand::value value);
/// A log probability; null and -Infinity read as minus infinity.
[[nodiscard]] double read_logprob(ondemand::value value);
[[nodiscard]] Usage read_usage(ondemand::value value);
/// The chat form: `{"content":[{token,logprob,bytes,top_logprobs}]}`.
[[nodiscard]] std::vector<TokenLogprob> read_token_logprobs(ondemand::value value);
/// The list in it, which Responses have alone.
[[nodiscard]] std::vector<TokenLogprob> read_token_logprob_list(ondemand::value value);
/// False if no server means it: negative, or beyond max_choice_index.
[[nodiscard]] bool is_index_sane(std::int64_t index) noexcept;

/// Puts choices into the order of their indices; cheap if they are in it already.
template <class Choice>
void sort_by_index(std::vector<Choice>& choices) {
    const auto before = [](const Choice& a, const Choice& b) { return a.index < b.index; };
    if (std::is_sorted(choices.begin(), choices.end(), before)) return;
    std::stable_sort(choices.begin(), choices.end(), before);
}

/// Choices beyond this index are refused (`limit`).
inline constexpr std::int64_t max_choice_index = 1024;

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
