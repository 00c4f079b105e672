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
#include "vllm_client/json_text.h"
#include "vllm_client/message.h"
#include "vllm_client/reply_parts.h"
#include "vllm_client/response_item.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

/// One user's text, or a list of items.
using ResponseInput = std::variant<std::string, std::vector<ResponseInputItem>>;

/// A request of the Responses API. Unset members are not sent, so the server's own defaults apply.
/// Ranges are the server's to check. Source: `POST /v1/responses`, OpenAI and vLLM fields.
struct ResponseRequest {
    ResponseInput input{};       ///< Required.
    std::string instructions{};  ///< System prompt of this request only.
    std::string model{};         ///< Empty: the client's, else the server's first.

    // Length and sampling.
    std::optional<std::int64_t> max_output_tokens{};  ///< ≥ 1.
    std::optional<std::int64_t> max_tool_calls{};     ///< Of built-in tools.
    std::optional<double> temperature{};              ///< 0…2; 0 is greedy.
    std::optional<double> top_p{};                    ///< (0, 1].
    std::optional<std::int64_t> top_k{};              ///< ≥ 1; 0 or −1: off.
    std::optional<double> min_p{};                    ///< [0, 1].
    std::optional<double> presence_penalty{};         ///< [−2, 2].
    std::optional<double> frequency_penalty{};        ///< [−2, 2].
    std::optional<double> repetition_penalty{};       ///< > 0.
    std::optional<std::int64_t> seed{};
    std::vector<std::string> stop{};  ///< At most 4.
    std::vector<std::int64_t> stop_token_ids{};
    std::optional<bool> include_stop_str_in_output{};
    std::optional<bool> ignore_eos{};
    std::optional<bool> skip_special_tokens{};
    std::vector<std::pair<std::int64_t, double>> logit_bias{};  ///< Token id and bias.
    std::optional<bool> watermarking{};
    std::string truncation{};  ///< "auto" or "disabled".

    // Tools, form of the answer, reasoning.
    std::vector<Tool> tools{};
    std::vector<JsonText> other_tools{};  ///< Whole objects, e.g. `{"type":"code_interpreter",…}`.
    ToolChoice tool_choice{};
    std::optional<bool> parallel_tool_calls{};
    ResponseFormat text_format{};  ///< Sent as `text.format`.
    std::string text_verbosity{};  ///< Sent as `text.verbosity`: low, medium or high.
    StructuredOutput structured_outputs{};
    std::string reasoning_effort{};   ///< Sent as `reasoning.effort`: none, minimal, low … max.
    std::string reasoning_summary{};  ///< Sent as `reasoning.summary`: auto, concise or detailed.
    std::optional<bool> include_reasoning{};
    std::vector<std::string> include{};  ///< e.g. "message.output_text.logprobs".
    std::optional<std::int64_t> top_logprobs{};

    // State on the server; works only if it stores responses.
    std::optional<bool> store{};
    /// Answer at once with status `queued` and go on generating; see Responses::retrieve().
    std::optional<bool> background{};
    std::string previous_response_id{};
    JsonText previous_input_messages{};              ///< Array.
    std::optional<bool> enable_response_messages{};  ///< Ask for input_ and output_messages.

    // Template, scheduling and transport.
    JsonText chat_template_kwargs{};  ///< Object, e.g. `{"enable_thinking":false}`.
    JsonText mm_processor_kwargs{};
    JsonText media_io_kwargs{};
    std::string mm_payload{};                ///< Render routes: "tensors" or "none".
    std::optional<bool> return_mm_kwargs{};  ///< Older form of `mm_payload`: false is "none".
    std::optional<std::int64_t>
        priority{};            ///< Lower is earlier; ignored without priority scheduling.
    std::string request_id{};  ///< Becomes the response's id; begin it with "resp_".
    std::string session_id{};
    std::string cache_salt{};
    std::string prompt_cache_key{};
    std::string service_tier{};
    JsonText prompt{};  ///< Object: a stored prompt. vLLM refuses it.
    JsonText kv_transfer_params{};
    JsonText ec_transfer_params{};
    JsonText vllm_xargs{};
    std::string user{};
    JsonText metadata{};  ///< Object of texts.
    JsonText extra{};     ///< Object: further fields, merged in; wins over the members above.
};

/// How far a response is. Source: `status`.
enum class ResponseStatus : std::uint8_t {
    queued,       ///< Background: not begun.
    in_progress,  ///< Background: being generated.
    completed,
    incomplete,  ///< Ended early; see ResponseReply::incomplete_reason.
    failed,
    cancelled,
    other,  ///< A word not in this list; see the raw JSON.
};

/// The server's word for it, e.g. "in_progress".
[[nodiscard]] VLLM_CLIENT_EXPORT std::string_view to_string(ResponseStatus status) noexcept;

/// A response object: whole, or not yet, as `status` says. Members that echo the request are unset
/// where the server sent null.
struct ResponseReply {
    std::string id{};
    std::string model{};
    std::int64_t created_at{0};  ///< Unix seconds.
    ResponseStatus status{ResponseStatus::other};
    std::string incomplete_reason{};     ///< e.g. "max_output_tokens".
    std::vector<ResponseItem> output{};  ///< In order.
    /// Tokens: `input_tokens` and `output_tokens` are prompt_tokens and completion_tokens here.
    std::optional<Usage> usage{};
    JsonText error{};    ///< Of servers that report failures here; vLLM does not.
    JsonText metrics{};  ///< Per-request server timings, if the server sends them.

    // What the server made of the request.
    std::string instructions{};
    std::optional<std::int64_t> max_output_tokens{};  ///< Resolved by the server.
    std::optional<std::int64_t> max_tool_calls{};
    std::optional<double> temperature{};
    std::optional<double> top_p{};
    std::optional<double> presence_penalty{};
    std::optional<double> frequency_penalty{};
    std::optional<std::int64_t> top_logprobs{};
    std::optional<bool> parallel_tool_calls{};
    std::optional<bool> background{};
    std::string previous_response_id{};
    std::string service_tier{};
    std::string truncation{};
    std::string user{};
    JsonText tool_choice{};  ///< A word as JSON text, or an object.
    JsonText tools{};
    JsonText text_config{};  ///< `text`
    JsonText reasoning{};
    JsonText prompt{};
    JsonText metadata{};
    JsonText kv_transfer_params{};
    JsonText ec_transfer_params{};
    JsonText input_messages{};   ///< Only if asked for.
    JsonText output_messages{};  ///< Only if asked for.
    JsonText extra{};            ///< Object: unknown fields.
    Timing timing{};
    RawReply raw{};

    /// The output texts of all messages, joined.
    [[nodiscard]] VLLM_CLIENT_EXPORT std::string text() const;
    /// The function calls, as those of a chat; ToolCall::id is the `call_id`.
    [[nodiscard]] VLLM_CLIENT_EXPORT std::vector<ToolCall> tool_calls() const;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
