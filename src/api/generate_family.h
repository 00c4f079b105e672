// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/client_core.h"
#include "vllm_client/chat_batch.h"
#include "vllm_client/generate.h"
#include "vllm_client/tokens.h"
#include "wire/generate_accumulator.h"
#include "wire/generate_chunk.h"

// As families.h: tokens in and out, several chats at once, and the tokenizer between them.
namespace vllm_client::inline VLLM_CLIENT_ABI::api {

struct GenerateFamily {
    using Delta = GenerateDelta;
    using Reply = GenerateReply;
    using Reader = detail::GenerateChunkReader;
    using Accumulator = wire::GenerateAccumulator;
};

[[nodiscard]] Call<ChatReply> chat_batch(ClientCore& core, ChatBatchRequest&& request,
                                         CallOptions&& options);
[[nodiscard]] Call<GenerateReply> generate(ClientCore& core, GenerateRequest&& request,
                                           CallOptions&& options);
[[nodiscard]] GenerateStream generate_stream(ClientCore& core, GenerateRequest&& request,
                                             CallOptions&& options);
[[nodiscard]] Call<TokenizerInfo> tokenizer_info(ClientCore& core, CallOptions&& options);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api
