// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "vllm_client/export.h"
#include "vllm_client/message.h"
#include "vllm_client/reply_parts.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

using TokenIds = std::vector<std::int64_t>;

/// One text, several texts, one tokenised text, or several. `[n_prompts]`.
using Prompt = std::variant<std::string, std::vector<std::string>, TokenIds, std::vector<TokenIds>>;

/// A text completion. Unset members are not sent. Source: `POST /v1/completions`.
struct CompletionRequest {
    Prompt prompt{};      ///< Required.
    std::string model{};  ///< Empty: the client's, else the server's first.

    std::optional<std::int64_t> max_tokens{};  ///< The server's default is 16.
    std::optional<double> temperature{};
    std::optional<double> top_p{};
    std::optional<std::int64_t> top_k{};
    std::optional<double> min_p{};
    std::optional<double> presence_penalty{};
    std::optional<double> frequency_penalty{};
    std::optional<double> repetition_penalty{};
    std::optional<std::int64_t> seed{};
    std::optional<std::int64_t> n{};
    std::vector<std::string> stop{};
    std::vector<std::int64_t> stop_token_ids{};
    std::optional<bool> include_stop_str_in_output{};
    std::optional<bool> ignore_eos{};
    std::optional<std::int64_t> min_tokens{};
    std::vector<std::pair<std::int64_t, double>> logit_bias{};
    std::vector<std::int64_t> allowed_token_ids{};
    std::vector<std::string> bad_words{};
    std::optional<bool> skip_special_tokens{};
    std::optional<bool> spaces_between_special_tokens{};
    std::optional<bool> use_beam_search{};
    std::optional<double> length_penalty{};
    std::optional<std::int64_t> thinking_token_budget{};
    JsonText repetition_detection{};
    std::optional<bool> watermarking{};
    std::optional<std::int64_t> truncate_prompt_tokens{};
    std::string truncation_side{};

    std::optional<std::int64_t> logprobs{};  ///< Top alternatives a token; 0: the sampled one only.
    std::optional<std::int64_t> prompt_logprobs{};
    std::vector<std::int64_t> logprob_token_ids{};
    std::optional<bool> return_tokens_as_token_ids{};
    std::optional<bool> return_token_ids{};
    std::optional<bool> return_token_offsets{};  ///< Render routes: where each token begins.
    /// Leave so many tokens of the prompt out of the trace of experts.
    std::optional<std::int64_t> routed_experts_prompt_start{};

    std::optional<bool> echo{};  ///< Prepend the prompt to the text.
    std::string suffix{};
    std::string prompt_embeds{};  ///< Base64 tensor; needs the server's `--enable-prompt-embeds`.
    std::optional<bool> add_special_tokens{};
    std::string mm_payload{};                ///< Render routes: "tensors" or "none".
    std::optional<bool> return_mm_kwargs{};  ///< Older form of `mm_payload`: false is "none".
    ResponseFormat response_format{};
    StructuredOutput structured_outputs{};

    std::optional<std::int64_t> priority{};
    std::string request_id{};
    std::string session_id{};
    std::string cache_salt{};
    std::optional<bool> include_usage{};  ///< Streams: usage event. Default here: true.
    std::optional<bool> continuous_usage_stats{};
    std::optional<std::int64_t> stream_interval{};
    JsonText kv_transfer_params{};
    JsonText ec_transfer_params{};
    JsonText vllm_xargs{};
    std::string user{};
    JsonText extra{};  ///< Object: further fields, merged in; wins over the members above.
};

/// Log probabilities of a completion, one entry a token. Source: `choices[].logprobs`.
struct CompletionLogprobs {
    std::vector<std::string> tokens{};
    std::vector<std::optional<double>> token_logprobs{};  ///< Null for the first echoed token.
    /// Alternatives a position as (token, logprob); may hold one more or fewer than asked for.
    std::vector<std::vector<std::pair<std::string, double>>> top_logprobs{};
    std::vector<std::int64_t> text_offset{};
};

/// One generated text. `index` = prompt position × n + sample. Source: `choices[]`.
struct CompletionChoice {
    std::int64_t index{0};
    std::string text{};
    std::optional<FinishReason> finish_reason{};
    StopReason stop_reason{};
    std::optional<CompletionLogprobs> logprobs{};
    std::vector<std::int64_t> token_ids{};
    std::vector<std::int64_t> prompt_token_ids{};
    JsonText prompt_logprobs{};
    JsonText extra{};
};

/// A whole answer. `choices` are sorted by index.
struct CompletionReply {
    std::string id{};
    std::string model{};
    std::int64_t created{0};
    std::vector<CompletionChoice> choices{};
    std::optional<Usage> usage{};  ///< Sum over all prompts and samples.
    std::string system_fingerprint{};
    JsonText metrics{};
    JsonText extra{};
    bool end_marker_missing{false};
    Timing timing{};
    RawReply raw{};

    /// Text of the first choice; empty if there is none.
    [[nodiscard]] const std::string& text() const noexcept {
        static const std::string none;
        return choices.empty() ? none : choices.front().text;
    }
    /// Why the first choice ended; absent if there is none.
    [[nodiscard]] std::optional<FinishReason> finish_reason() const noexcept {
        return choices.empty() ? std::nullopt : choices.front().finish_reason;
    }
};

namespace detail {
class CompletionChunkReader;
}

/// One server event of a streamed completion; the same rules as ChatDelta.
class VLLM_CLIENT_EXPORT CompletionDelta {
 public:
    CompletionDelta() = default;

    [[nodiscard]] std::string_view text() const noexcept { return text_; }
    /// prompt position × n + sample.
    [[nodiscard]] std::int64_t index() const noexcept { return index_; }
    [[nodiscard]] std::optional<FinishReason> finish_reason() const noexcept {
        return finish_reason_;
    }
    [[nodiscard]] std::size_t choice_count() const noexcept { return choice_count_; }
    [[nodiscard]] bool has_content() const noexcept { return !text_.empty(); }
    [[nodiscard]] bool has_usage() const noexcept { return has_usage_; }
    /// The event's JSON as the server sent it.
    [[nodiscard]] std::string_view json() const noexcept { return json_; }
    /// Everything in the event; first use costs one more pass over it. Valid until the next step.
    [[nodiscard]] const CompletionReply& chunk() const;

 private:
    friend class detail::CompletionChunkReader;

    std::string_view json_{};
    std::string_view text_{};
    std::int64_t index_{0};
    std::size_t choice_count_{0};
    std::optional<FinishReason> finish_reason_{};
    bool has_usage_{false};
    detail::CompletionChunkReader* reader_{nullptr};  // of the stream; outlives this view
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
