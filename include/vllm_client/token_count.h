// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "vllm_client/call.h"
#include "vllm_client/chat.h"
#include "vllm_client/export.h"
#include "vllm_client/options.h"
#include "vllm_client/result.h"
#include "vllm_client/version.h"
#include "vllm_client/vllm_client.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

/// How many tokens the prompt of a chat takes.
struct TokenCount {
    std::int64_t tokens{0};
    std::optional<std::int64_t> max_model_len{};  ///< Of the model, if the server said so.
    bool estimated{false};  ///< By estimate_tokens(): the server cannot count.
};

/// Counts the tokens of a chat's prompt: messages, tools and template of the request, as the server
/// will see them. Exact where the server has `POST /tokenize`, media parts aside; elsewhere
/// estimated. Cost: one request; the reply lists every token, so its size goes with the prompt's.
/// Errors: those of tokenize() but `unsupported`; `config` if there are no messages.
[[nodiscard]] VLLM_CLIENT_EXPORT Result<TokenCount> count_tokens(const VllmClient& client,
                                                                 const ChatRequest& request,
                                                                 CallOptions options = {});
[[nodiscard]] VLLM_CLIENT_EXPORT Call<TokenCount> count_tokens_async(const VllmClient& client,
                                                                     const ChatRequest& request,
                                                                     CallOptions options = {});

/// A rough count without a server: 3, and for each message 4, 1024 for each media part, and one
/// token for 3.5 bytes of text, name, reasoning, tool calls and raw parts, rounded up; with tools
/// 48, and for each of them 8 and one for 3.5 bytes of its name, description and schema. English
/// text comes out a little high; expect to be off by a quarter, by more for code and rare
/// languages.
[[nodiscard]] VLLM_CLIENT_EXPORT std::int64_t estimate_tokens(const ChatRequest& request) noexcept;

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
