// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vllm_client/anthropic_block.h"
#include "vllm_client/export.h"
#include "vllm_client/json_text.h"
#include "vllm_client/reply_parts.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

/// A tool the model may use. Source: `tools[]`.
struct AnthropicTool {
    std::string name{};         ///< Required.
    std::string description{};  ///< What it does, for the model.
    JsonText input_schema{};    ///< Required: JSON schema of the arguments, an object.
    std::optional<bool> strict{};
    std::optional<bool> defer_loading{};
    JsonText extra{};  ///< Object: further fields, merged in.
};

/// Which tool the model may or must use. Source: `tool_choice`.
struct AnthropicToolChoice {
    enum class Kind : std::uint8_t { unset, automatic, any, tool, none };
    Kind kind{Kind::unset};
    std::string name{};  ///< Kind tool: which one.
    std::optional<bool> disable_parallel_tool_use{};
};

/// Whether and how much the model thinks first. Source: `thinking`.
struct AnthropicThinking {
    enum class Kind : std::uint8_t { unset, enabled, disabled, adaptive };
    Kind kind{Kind::unset};
    std::optional<std::int64_t> budget_tokens{};  ///< enabled: ≥ 1024 and below max_tokens.
    std::string display{};                        ///< summarized, omitted or updates.
};

/// A request of the Anthropic Messages API. Unset members are not sent, but those marked required
/// always are. The API key goes into `Authorization: Bearer`, as everywhere; vLLM does not read
/// `x-api-key`. Source: `POST /v1/messages`, Anthropic and vLLM fields.
struct MessagesRequest {
    std::vector<AnthropicMessage> messages{};  ///< Required, in order.
    /// Required, > 0: with 0 the call fails as `config`. Not sent by count_tokens().
    std::int64_t max_tokens{0};
    std::string model{};   ///< Required by vLLM. Empty: the client's.
    std::string system{};  ///< System prompt; used if `system_blocks` is empty.
    std::vector<AnthropicBlock> system_blocks{};

    std::optional<double> temperature{};
    std::optional<double> top_p{};
    std::optional<std::int64_t> top_k{};
    std::vector<std::string> stop_sequences{};  ///< At most 4.

    std::vector<AnthropicTool> tools{};
    AnthropicToolChoice tool_choice{};
    AnthropicThinking thinking{};
    std::string effort{};      ///< Sent as `output_config.effort`: low, medium, high, xhigh or max.
    JsonText output_schema{};  ///< Sent as `output_config.format`: JSON schema of the answer.

    JsonText chat_template_kwargs{};         ///< Object, e.g. `{"enable_thinking":false}`.
    std::string mm_payload{};                ///< Render routes: "tensors" or "none".
    std::optional<bool> return_mm_kwargs{};  ///< Older form of `mm_payload`: false is "none".
    std::string cache_salt{};
    std::optional<bool> watermarking{};
    JsonText kv_transfer_params{};
    JsonText ec_transfer_params{};
    JsonText vllm_xargs{};
    JsonText metadata{};  ///< Object.
    JsonText extra{};     ///< Object: further fields, merged in; wins over the members above.
};

/// Why an answer ended. Source: `stop_reason`.
enum class MessagesStop : std::uint8_t {
    end_turn,
    max_tokens,
    stop_sequence,  ///< See MessagesReply::stop_sequence.
    tool_use,
    other,  ///< A word not in this list; see the raw JSON.
};

/// The server's word for it, e.g. "end_turn".
[[nodiscard]] VLLM_CLIENT_EXPORT std::string_view to_string(MessagesStop reason) noexcept;

/// A whole answer, from a plain call or collected from a stream.
struct MessagesReply {
    std::string id{};
    std::string model{};
    std::string role{};
    std::vector<AnthropicBlock> content{};      ///< In order.
    std::optional<MessagesStop> stop_reason{};  ///< Unset if aborted on the server.
    std::string stop_sequence{};                ///< The one that was met.
    /// Tokens, counted as everywhere in this library: prompt_tokens is the whole prompt, which this
    /// API splits into `input_tokens`, `cache_creation_input_tokens` (kept in Usage::extra) and
    /// `cache_read_input_tokens` (cached_tokens).
    Usage usage{};
    JsonText kv_transfer_params{};
    JsonText ec_transfer_params{};
    JsonText extra{};  ///< Object: unknown fields.
    Timing timing{};
    RawReply raw{};

    /// The texts of all text blocks, joined.
    [[nodiscard]] VLLM_CLIENT_EXPORT std::string text() const;
    /// The thinking of all thinking blocks, joined.
    [[nodiscard]] VLLM_CLIENT_EXPORT std::string thinking() const;
};

/// Tokens of a request. Source: `POST /v1/messages/count_tokens`.
struct MessagesTokenCount {
    std::int64_t input_tokens{0};
    std::optional<std::int64_t> original_input_tokens{};  ///< `context_management.…`
    JsonText extra{};                                     ///< Object: unknown fields.
    RawReply raw{};
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
