// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "testing/sim_answer.h"
#include "testing/sim_error.h"
#include "testing/sim_fields.h"
#include "testing/sim_vocabulary.h"
#include "vllm_client/testing/sim_options.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

struct ServerState;

/// One prompt of a request.
struct Prompt {
    std::vector<TokenId> tokens{};
    std::uint32_t max_tokens{0};  ///< Output tokens, clamped to the context; filled last.
};

/// Numbers that change nothing here but must be in range, as sent.
struct SamplingNumbers {
    std::optional<double> presence_penalty{};
    std::optional<double> frequency_penalty{};
    std::optional<double> repetition_penalty{};
    std::optional<double> temperature{};
    std::optional<double> top_p{};
    std::optional<double> min_p{};
    std::int64_t top_k{0};
    std::int64_t n{1};
    std::int64_t min_tokens{0};
    std::vector<std::int64_t> stop_ids{};
    std::vector<std::int64_t> allowed_ids{};
    std::vector<std::int64_t> biased_ids{};
};

/// Who decides on tool calls.
enum class ToolMode : std::uint8_t { none, automatic, required, named };

/// A chat or completion request that has been read, checked and defaulted.
struct GenerationRequest {
    bool chat{false};
    std::string model{};
    std::string id{};   ///< With its prefix; set by whoever reads the headers.
    char id_mark{0};    ///< Between `id` and the number of the prompt in the engine's own ids.
    bool batch{false};  ///< A list of conversations.
    bool stream{false};
    bool include_usage{false};
    bool continuous_usage{false};
    std::uint32_t stream_interval{1};
    std::uint32_t n{1};
    std::optional<std::int64_t> max_tokens{};
    SamplingNumbers numbers{};
    std::uint32_t min_tokens{0};
    bool ignore_eos{false};
    std::uint64_t seed{0};
    std::vector<std::string> stop{};
    bool include_stop{false};
    std::vector<TokenId> stop_ids{};
    std::shared_ptr<const std::vector<TokenId>> allowed{};
    int logprobs{-1};         ///< Alternatives per token; -1 = no log probabilities.
    int prompt_logprobs{-1};  ///< The same for the prompt.
    bool return_token_ids{false};
    bool tokens_as_ids{false};
    bool echo{false};
    bool prompt_only{false};     ///< echo with max_tokens 0.
    std::string echo_message{};  ///< chat: what echo puts in front.
    bool reasoning{false};
    bool include_reasoning{true};
    ToolMode tools{ToolMode::none};
    std::shared_ptr<const Script> script{};
    SimFault fault{};
    bool fault_given{false};
    std::vector<Prompt> prompts{};
    /// Found wrong only by the engine: status 400, or an event in a stream that has begun.
    std::optional<ApiError> late_error{};
};

/// Reads the fields that chat and completions share.
void read_sampling(FieldReader& fields, GenerationRequest& request);

/// Checks what the schema cannot. `max_name` is how the length field is called in messages.
/// Throws ApiFailure.
void check_sampling(const SimOptions& options, std::string_view max_name,
                    GenerationRequest& request);

/// The model to use; throws ApiFailure if the name is not served.
[[nodiscard]] std::string served_model(const std::optional<std::string>& name,
                                       const ServerState& server);

/// Throws ApiFailure if `tokens` is more than the context holds.
void check_prompt_length(std::size_t tokens, const SimOptions& options);

/// Throw ApiFailure.
[[nodiscard]] GenerationRequest read_chat_request(const nlohmann::json& body,
                                                  const ServerState& server);
[[nodiscard]] GenerationRequest read_completion_request(const nlohmann::json& body,
                                                        const ServerState& server);

/// The tokens of a conversation: marker, text and end marker of each message, then the marker of
/// the answer. Throws ApiFailure if a part is refused.
[[nodiscard]] std::vector<TokenId> chat_tokens(const nlohmann::json& body,
                                               const SimOptions& options);

/// Notes what is wrong with `messages`.
void check_messages(FieldReader& fields);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
