// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "vllm_client/export.h"
#include "vllm_client/json_text.h"
#include "vllm_client/version.h"

// What the replies of several families have in common.
namespace vllm_client::inline VLLM_CLIENT_ABI {

/// Why a choice ended. Source: `finish_reason`.
enum class FinishReason : std::uint8_t {
    stop,        ///< End of sequence, stop string or stop token.
    length,      ///< Token limit or context reached.
    tool_calls,  ///< The model called tools.
    content_filter,
    abort,       ///< Aborted on the server.
    repetition,  ///< vLLM's repetition detection.
    other,       ///< A word not in this list; see the raw JSON.
};

/// The server's word for it, e.g. "stop".
[[nodiscard]] VLLM_CLIENT_EXPORT std::string_view to_string(FinishReason reason) noexcept;

/// What ended the choice: nothing special, a stop string, or a stop token's id.
using StopReason = std::variant<std::monostate, std::string, std::int64_t>;

/// Tokens counted by the server. Source: `usage`.
struct Usage {
    std::int64_t prompt_tokens{0};
    std::int64_t completion_tokens{0};
    std::int64_t total_tokens{0};
    std::optional<std::int64_t> cached_tokens{};     ///< `prompt_tokens_details.cached_tokens`.
    std::optional<std::int64_t> reasoning_tokens{};  ///< `completion_tokens_details.…`.
    JsonText extra{};                                ///< Object: unknown fields.
};

/// One alternative at a position. `logprob` is natural; vLLM writes −9999 for minus infinity.
struct TopLogprob {
    std::string token{};
    double logprob{0};
    std::vector<std::uint8_t> bytes{};  ///< The token's bytes, which may be part of a character.
};

/// One sampled token. Source: chat `logprobs.content[]`.
struct TokenLogprob {
    std::string token{};
    double logprob{0};
    std::vector<std::uint8_t> bytes{};
    std::vector<TopLogprob> top_logprobs{};
};

/// When things happened, on the client's monotonic clock, from the request being handed to the
/// socket layer. Zero: did not happen. Units: nanoseconds.
struct Timing {
    std::chrono::nanoseconds queue{0};        ///< Waiting in the client before that moment.
    std::chrono::nanoseconds first_chunk{0};  ///< First event with a choice, even an empty one.
    std::chrono::nanoseconds first_token{0};  ///< First generated content (TTFT).
    std::chrono::nanoseconds total{0};        ///< Last event with a choice, or the body's end.
};

/// The HTTP side of a reply.
struct RawReply {
    int status{0};
    std::string headers{};     ///< One "Name: value" a line.
    std::string body{};        ///< Plain replies: the body as received. Streams: empty.
    std::string request_id{};  ///< The server's `x-request-id`, else the one sent.
    std::string endpoint{};    ///< Name of the endpoint that answered.
    std::uint32_t resends{0};  ///< Dead reused connections met on the way.

    /// Value of the first header called `name` (any case), or nothing.
    [[nodiscard]] VLLM_CLIENT_EXPORT std::optional<std::string_view> header(
        std::string_view name) const noexcept;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
