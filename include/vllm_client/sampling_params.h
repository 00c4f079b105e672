// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "vllm_client/json_text.h"
#include "vllm_client/message.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

/// How the engine chooses tokens, in its own terms. Unset members are not sent. Ranges are the
/// server's to check. Source: `sampling_params` of `POST /inference/v1/generate`.
struct SamplingParams {
    std::optional<std::int64_t> max_tokens{};    ///< Unset: what the context has room for.
    std::optional<double> temperature{};         ///< 0…2; 0 is greedy.
    std::optional<double> top_p{};               ///< (0, 1].
    std::optional<std::int64_t> top_k{};         ///< ≥ 1; 0 or −1: off.
    std::optional<double> min_p{};               ///< [0, 1].
    std::optional<double> presence_penalty{};    ///< [−2, 2].
    std::optional<double> frequency_penalty{};   ///< [−2, 2].
    std::optional<double> repetition_penalty{};  ///< > 0.
    std::optional<std::int64_t> seed{};
    std::optional<std::int64_t> n{};  ///< Choices, ≥ 1.
    std::vector<std::string> stop{};  ///< Needs a server that detokenizes.
    std::vector<std::int64_t> stop_token_ids{};
    std::optional<bool> include_stop_str_in_output{};
    std::optional<bool> ignore_eos{};
    std::optional<std::int64_t> min_tokens{};
    std::vector<std::pair<std::int64_t, double>> logit_bias{};  ///< Token id and bias.
    std::vector<std::int64_t> allowed_token_ids{};
    std::vector<std::string> bad_words{};
    std::optional<bool> detokenize{};  ///< False: no text, which saves the server work.
    std::optional<bool> skip_special_tokens{};
    std::optional<bool> spaces_between_special_tokens{};
    std::optional<std::int64_t> thinking_token_budget{};
    JsonText repetition_detection{};  ///< Object.
    std::optional<bool> watermarking{};
    StructuredOutput structured_outputs{};

    std::optional<std::int64_t> logprobs{};  ///< Alternatives a token; 0: the sampled one; −1: all.
    std::optional<std::int64_t> prompt_logprobs{};
    std::optional<std::int64_t> prompt_logprob_start{};  ///< First position of the prompt.
    JsonText prompt_logprob_token_ids{};  ///< Array of arrays of ids; not with a stream.
    std::vector<std::int64_t> logprob_token_ids{};
    std::optional<std::int64_t> stream_interval{};  ///< Tokens per event, ≥ 1.
    std::optional<bool> skip_reading_prefix_cache{};
    std::optional<std::int64_t> routed_experts_prompt_start{};
    JsonText extra_args{};  ///< Object, for engine plugins.
    JsonText extra{};       ///< Object: further fields, merged in; wins over the members above.
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
