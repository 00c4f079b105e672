// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vllm_client/completion.h"
#include "vllm_client/export.h"
#include "vllm_client/reply_parts.h"
#include "vllm_client/sampling_params.h"
#include "vllm_client/stream.h"
#include "vllm_client/version.h"

// Tokens in, tokens out: the engine without templates and, if wanted, without text. The server must
// run with `--enable-scale-out` or `--tokens-only`; others answer 403.
namespace vllm_client::inline VLLM_CLIENT_ABI {

/// What comes back: token ids alone, or text as well, which needs a tokenizer on the server.
enum class OutputMode : std::uint8_t { tokens, text };

/// Tokens to go on from. Unset members are not sent. Source: `POST /inference/v1/generate`.
struct GenerateRequest {
    TokenIds token_ids{};  ///< The prompt, each id ≥ 0; required.
    SamplingParams sampling_params{};
    std::string model{};  ///< Empty: the client's, else the server's first.
    OutputMode output_mode{OutputMode::tokens};
    std::optional<bool> return_token_ids{};  ///< The prompt's, as the engine saw it.
    JsonText features{};                     ///< Object: rendered media; this or `content_parts`.
    JsonText content_parts{};  ///< Array of `{"type":"image_url","url":…,"uuid":…}`.
    JsonText token_offsets{};  ///< Array of `[start, end]`, as rendered.
    std::optional<bool> reasoning_ended{};
    JsonText reasoning_parser_kwargs{};   ///< Object.
    std::optional<bool> include_usage{};  ///< Streams: usage event. Default here: true.
    std::optional<bool> continuous_usage_stats{};
    std::optional<std::int64_t> priority{};  ///< Lower is earlier.
    std::string request_id{};
    std::string cache_salt{};  ///< 1…128 characters, none of @ / \ NUL.
    JsonText kv_transfer_params{};
    JsonText ec_transfer_params{};
    JsonText extra{};  ///< Object: further fields, merged in; wins over the members above.
};

/// One alternative at a position. Tokens alone have ids and ranks; text has token texts and bytes.
struct GenerateTopLogprob {
    std::optional<std::int64_t> token_id{};
    std::string token{};
    double logprob{0};  ///< Natural; vLLM writes −9999 for minus infinity.
    std::optional<std::int64_t> rank{};
    std::vector<std::uint8_t> bytes{};
};

/// One sampled token. Source: `choices[].logprobs.content[]`.
struct GenerateLogprob {
    std::optional<std::int64_t> token_id{};
    std::string token{};
    double logprob{0};
    std::optional<std::int64_t> rank{};
    std::vector<std::uint8_t> bytes{};
    std::vector<GenerateTopLogprob> top_logprobs{};  ///< The sampled token first.
};

/// One alternative answer. Source: `choices[]`.
struct GenerateChoice {
    std::int64_t index{0};
    std::vector<std::int64_t> token_ids{};  ///< All generated, a matched stop string's too.
    std::string text{};                     ///< OutputMode::text only.
    std::optional<FinishReason> finish_reason{};
    StopReason stop_reason{};
    std::vector<GenerateLogprob> logprobs{};
    std::string routed_experts{};  ///< Base64 of a `.npy` file.
    /// `[tokens][kept]`: the ids sampling chose from, if the server tells.
    std::vector<std::vector<std::int64_t>> sampling_mask{};
    JsonText weight_versions{};
    JsonText extra{};  ///< Object: unknown fields.
};

/// A whole answer, from a plain call or collected from a stream.
struct GenerateReply {
    std::string id{};  ///< `request_id`.
    std::string model{};
    std::int64_t created{0};                ///< Unix seconds.
    std::vector<GenerateChoice> choices{};  ///< By index.
    std::optional<Usage> usage{};
    std::vector<std::int64_t> prompt_token_ids{};  ///< Only if asked for.
    JsonText prompt_logprobs{};
    std::string prompt_token_id_logprobs{};  ///< Base64 of a `.npy` file.
    JsonText mm_placeholders{};
    JsonText metrics{};
    JsonText kv_transfer_params{};
    JsonText ec_transfer_params{};
    JsonText extra{};                ///< Object: unknown fields.
    bool end_marker_missing{false};  ///< Streams: finished properly, but without `[DONE]`.
    Timing timing{};
    RawReply raw{};

    /// Tokens of the first choice; none if there is none.
    [[nodiscard]] std::span<const std::int64_t> token_ids() const noexcept {
        if (choices.empty()) return {};
        return choices.front().token_ids;
    }
    /// Text of the first choice; empty if there is none.
    [[nodiscard]] const std::string& text() const noexcept {
        static const std::string none;
        return choices.empty() ? none : choices.front().text;
    }
    /// Why the first choice ended.
    [[nodiscard]] std::optional<FinishReason> finish_reason() const noexcept {
        return choices.empty() ? std::nullopt : choices.front().finish_reason;
    }
};

namespace detail {
class GenerateChunkReader;
}

/// One server event of a streamed answer; the same rules as ChatDelta: views are valid until the
/// next step.
class VLLM_CLIENT_EXPORT GenerateDelta {
 public:
    GenerateDelta() = default;

    /// New tokens of the first choice in the event.
    [[nodiscard]] std::span<const std::int64_t> token_ids() const noexcept { return token_ids_; }
    /// New text; OutputMode::text only.
    [[nodiscard]] std::string_view text() const noexcept { return text_; }
    [[nodiscard]] std::int64_t index() const noexcept { return index_; }
    [[nodiscard]] std::optional<FinishReason> finish_reason() const noexcept {
        return finish_reason_;
    }
    [[nodiscard]] std::size_t choice_count() const noexcept { return choice_count_; }
    [[nodiscard]] bool has_content() const noexcept {
        return !token_ids_.empty() || !text_.empty();
    }
    [[nodiscard]] bool has_usage() const noexcept { return has_usage_; }
    /// The event's JSON as the server sent it.
    [[nodiscard]] std::string_view json() const noexcept { return json_; }
    /// Everything in the event; first use costs one more pass over it. Valid until the next step.
    [[nodiscard]] const GenerateReply& chunk() const;

 private:
    friend class detail::GenerateChunkReader;

    std::string_view json_{};
    std::span<const std::int64_t> token_ids_{};
    std::string_view text_{};
    std::int64_t index_{0};
    std::size_t choice_count_{0};
    std::optional<FinishReason> finish_reason_{};
    bool has_usage_{false};
    detail::GenerateChunkReader* reader_{nullptr};  // of the stream; outlives this view
};

/// A streamed answer; events of several choices interleave by index.
using GenerateStream = Stream<GenerateDelta, GenerateReply>;

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
