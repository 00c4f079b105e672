// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "api/client_core.h"
#include "vllm_client/chat.h"
#include "vllm_client/completion.h"
#include "vllm_client/embedding.h"
#include "vllm_client/server.h"
#include "vllm_client/tokens.h"
#include "wire/chat_accumulator.h"
#include "wire/chat_chunk.h"
#include "wire/completion_accumulator.h"
#include "wire/completion_chunk.h"

// One function per route: a user's request in, a running call or stream out. VllmClient and
// BoundClient are thin handles over these. They take requests by reference: moving one, with its
// dozens of fields, is no small part of what a call costs.
namespace vllm_client::inline VLLM_CLIENT_ABI::api {

struct ChatFamily {
    using Delta = ChatDelta;
    using Reply = ChatReply;
    using Reader = detail::ChatChunkReader;
    using Accumulator = wire::ChatAccumulator;
};

struct CompletionFamily {
    using Delta = CompletionDelta;
    using Reply = CompletionReply;
    using Reader = detail::CompletionChunkReader;
    using Accumulator = wire::CompletionAccumulator;
};

[[nodiscard]] Call<ChatReply> chat(ClientCore& core, ChatRequest&& request, CallOptions&& options);
[[nodiscard]] ChatStream chat_stream(ClientCore& core, ChatRequest&& request,
                                     CallOptions&& options);
[[nodiscard]] Call<CompletionReply> complete(ClientCore& core, CompletionRequest&& request,
                                             CallOptions&& options);
[[nodiscard]] CompletionStream complete_stream(ClientCore& core, CompletionRequest&& request,
                                               CallOptions&& options);
[[nodiscard]] Call<EmbeddingReply> embed(ClientCore& core, EmbeddingRequest&& request,
                                         CallOptions&& options);
[[nodiscard]] Call<TokenizeReply> tokenize(ClientCore& core, TokenizeRequest&& request,
                                           CallOptions&& options);
[[nodiscard]] Call<DetokenizeReply> detokenize(ClientCore& core, DetokenizeRequest&& request,
                                               CallOptions&& options);
[[nodiscard]] Call<ModelList> models(ClientCore& core, CallOptions&& options);
[[nodiscard]] Call<ServerVersion> version(ClientCore& core, CallOptions&& options);
[[nodiscard]] Call<HealthReply> health(ClientCore& core, CallOptions&& options);
[[nodiscard]] Call<LoadReply> load(ClientCore& core, CallOptions&& options);
[[nodiscard]] Call<ServerMetrics> server_metrics(ClientCore& core, CallOptions&& options);
[[nodiscard]] Call<RawReply> raw(ClientCore& core, RawRequest&& request, CallOptions&& options);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api
