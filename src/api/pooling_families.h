// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/client_core.h"
#include "vllm_client/classify.h"
#include "vllm_client/embed_by_type.h"
#include "vllm_client/pooling.h"
#include "vllm_client/scoring.h"

// As families.h: the routes that pool tokens to vectors, classes and scores, and those that score.
namespace vllm_client::inline VLLM_CLIENT_ABI::api {

[[nodiscard]] Call<PoolingReply> pool(ClientCore& core, PoolingRequest&& request,
                                      CallOptions&& options);
[[nodiscard]] Call<ClassifyReply> classify(ClientCore& core, ClassifyRequest&& request,
                                           CallOptions&& options);
[[nodiscard]] Call<ScoreReply> score(ClientCore& core, ScoreRequest&& request,
                                     CallOptions&& options);
[[nodiscard]] Call<RerankReply> rerank(ClientCore& core, RerankRequest&& request,
                                       CallOptions&& options);
[[nodiscard]] Call<ScoreReply> score_labels(ClientCore& core, GenerativeScoringRequest&& request,
                                            CallOptions&& options);
[[nodiscard]] Call<EmbedByTypeReply> embed_by_type(ClientCore& core, EmbedByTypeRequest&& request,
                                                   CallOptions&& options);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api
