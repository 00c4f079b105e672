// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "vllm_client/chat.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

/// Several conversations in one call, each answered by itself. The reply is a ChatReply with one
/// choice for each conversation, `choices[i]` for conversation i, and the usage of all.
/// The server cannot stream it, and knows no tools and no beam search here; it passes over settings
/// that this route does not have (0.32: `min_tokens`, `stop_token_ids`, `ignore_eos` and others).
/// Errors: `config` for no or an empty conversation, messages, tools, `n` above 1 or beam search in
/// `settings`. Source: `POST /v1/chat/completions/batch`.
struct ChatBatchRequest {
    std::vector<std::vector<Message>> conversations{};  ///< `[n]`, none empty; required.
    ChatRequest settings{};  ///< All but `messages`: model, sampling, template, `extra` …
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
