// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vllm_client/export.h"
#include "vllm_client/message.h"
#include "vllm_client/reply_parts.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

/// A chat. Unset members are not sent, so the server's and the model's own defaults apply.
/// Ranges are the server's to check. Source: `POST /v1/chat/completions`, OpenAI and vLLM fields.
struct ChatRequest {
    std::vector<Message> messages{};  ///< Required, in order.
    std::string model{};              ///< Empty: the client's, else the server's first.

    // Length and sampling.
    std::optional<std::int64_t> max_tokens{};    ///< Sent as `max_completion_tokens`. ≥ 1.
    std::optional<double> temperature{};         ///< 0…2; 0 is greedy.
    std::optional<double> top_p{};               ///< (0, 1].
    std::optional<std::int64_t> top_k{};         ///< ≥ 1; 0 or −1: off.
    std::optional<double> min_p{};               ///< [0, 1].
    std::optional<double> presence_penalty{};    ///< [−2, 2].
    std::optional<double> frequency_penalty{};   ///< [−2, 2].
    std::optional<double> repetition_penalty{};  ///< > 0.
    std::optional<std::int64_t> seed{};
    std::optional<std::int64_t> n{};  ///< Choices, ≥ 1.
    std::vector<std::string> stop{};  ///< At most 4.
    std::vector<std::int64_t> stop_token_ids{};
    std::optional<bool> include_stop_str_in_output{};
    std::optional<bool> ignore_eos{};
    std::optional<std::int64_t> min_tokens{};
    std::vector<std::pair<std::int64_t, double>> logit_bias{};  ///< Token id and bias.
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
    std::string truncation_side{};  ///< "left" or "right".

    // Log probabilities and token ids.
    std::optional<bool> logprobs{};
    std::optional<std::int64_t> top_logprobs{};
    std::optional<std::int64_t> prompt_logprobs{};
    std::vector<std::int64_t> logprob_token_ids{};
    std::optional<bool> return_tokens_as_token_ids{};
    std::optional<bool> return_token_ids{};
    std::optional<bool> return_prompt_text{};
    std::optional<bool> return_token_offsets{};  ///< Render routes: where each token begins.
    /// Leave so many tokens of the prompt out of the trace of experts.
    std::optional<std::int64_t> routed_experts_prompt_start{};

    // Tools, form of the answer, reasoning.
    std::vector<Tool> tools{};
    ToolChoice tool_choice{};
    std::optional<bool> parallel_tool_calls{};
    ResponseFormat response_format{};
    StructuredOutput structured_outputs{};
    std::string reasoning_effort{};  ///< none, minimal, low, medium, high, xhigh, max.
    std::optional<bool> include_reasoning{};

    // Template.
    std::optional<bool> echo{};
    std::optional<bool> add_generation_prompt{};
    std::optional<bool> continue_final_message{};
    std::optional<bool> add_special_tokens{};
    std::string chat_template{};
    JsonText chat_template_kwargs{};  ///< Object, e.g. `{"enable_thinking":false}`.
    JsonText documents{};             ///< Array of objects.
    JsonText mm_processor_kwargs{};
    JsonText media_io_kwargs{};
    std::string mm_payload{};                ///< Render routes: "tensors" or "none".
    std::optional<bool> return_mm_kwargs{};  ///< Older form of `mm_payload`: false is "none".

    // Scheduling and transport.
    std::optional<std::int64_t>
        priority{};  ///< Lower is earlier; ignored without priority scheduling.
    std::string request_id{};
    std::string session_id{};
    std::string cache_salt{};             ///< 1…128 characters, none of @ / \ NUL.
    std::optional<bool> include_usage{};  ///< Streams: usage event. Default here: true.
    std::optional<bool> continuous_usage_stats{};
    std::optional<std::int64_t> stream_interval{};  ///< Tokens per event, ≥ 1.
    JsonText kv_transfer_params{};
    JsonText ec_transfer_params{};
    JsonText vllm_xargs{};
    std::string user{};
    JsonText metadata{};
    JsonText extra{};  ///< Object: further fields, merged in; wins over the members above.
};

/// The assistant's message in a reply. Source: `choices[].message`.
struct ChatMessage {
    std::string role{};
    std::string content{};    ///< Empty if the server sent null.
    std::string reasoning{};  ///< `reasoning`, or `reasoning_content` of other servers.
    std::string refusal{};
    std::vector<ToolCall> tool_calls{};
    JsonText extra{};  ///< Object: unknown fields.
};

/// An answer as a message of the conversation it continues: content, tool calls, reasoning and
/// unknown fields; a refusal goes where the content would be. Role assistant if it has none.
[[nodiscard]] VLLM_CLIENT_EXPORT Message to_message(const ChatMessage& answer);

/// One alternative answer. Source: `choices[]`.
struct ChatChoice {
    std::int64_t index{0};
    ChatMessage message{};
    std::optional<FinishReason> finish_reason{};
    StopReason stop_reason{};
    std::vector<TokenLogprob> logprobs{};
    std::vector<std::int64_t> token_ids{};  ///< Only if asked for.
    JsonText extra{};                       ///< Object: unknown fields.
};

/// A whole answer, from a plain call or collected from a stream.
struct ChatReply {
    std::string id{};
    std::string model{};
    std::int64_t created{0};            ///< Unix seconds.
    std::vector<ChatChoice> choices{};  ///< By index.
    std::optional<Usage> usage{};
    std::string system_fingerprint{};
    std::vector<std::int64_t> prompt_token_ids{};
    JsonText prompt_logprobs{};
    JsonText metrics{};              ///< Per-request server timings, if the server sends them.
    JsonText extra{};                ///< Object: unknown fields.
    bool end_marker_missing{false};  ///< Streams: finished properly, but without `[DONE]`.
    Timing timing{};
    RawReply raw{};

    /// Content of the first choice; empty if there is none.
    [[nodiscard]] const std::string& text() const noexcept {
        static const std::string none;
        return choices.empty() ? none : choices.front().message.content;
    }
    /// Why the first choice ended.
    [[nodiscard]] std::optional<FinishReason> finish_reason() const noexcept {
        return choices.empty() ? std::nullopt : choices.front().finish_reason;
    }
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
