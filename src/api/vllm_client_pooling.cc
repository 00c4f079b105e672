// SPDX-License-Identifier: Apache-2.0
// The rest of VllmClient's families: pooling and scoring, batches, tokens in and out.
#include <utility>

#include "api/client_core.h"
#include "api/generate_family.h"
#include "api/pooling_families.h"
#include "vllm_client/vllm_client.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

Result<PoolingReply> VllmClient::pool(PoolingRequest request, CallOptions options) const {
    return api::pool(*lifetime_->core(), std::move(request), std::move(options)).get();
}
Call<PoolingReply> VllmClient::pool_async(PoolingRequest request, CallOptions options) const {
    return api::pool(*lifetime_->core(), std::move(request), std::move(options));
}

Result<ClassifyReply> VllmClient::classify(ClassifyRequest request, CallOptions options) const {
    return api::classify(*lifetime_->core(), std::move(request), std::move(options)).get();
}
Call<ClassifyReply> VllmClient::classify_async(ClassifyRequest request, CallOptions options) const {
    return api::classify(*lifetime_->core(), std::move(request), std::move(options));
}

Result<ScoreReply> VllmClient::score(ScoreRequest request, CallOptions options) const {
    return api::score(*lifetime_->core(), std::move(request), std::move(options)).get();
}
Call<ScoreReply> VllmClient::score_async(ScoreRequest request, CallOptions options) const {
    return api::score(*lifetime_->core(), std::move(request), std::move(options));
}

Result<RerankReply> VllmClient::rerank(RerankRequest request, CallOptions options) const {
    return api::rerank(*lifetime_->core(), std::move(request), std::move(options)).get();
}
Call<RerankReply> VllmClient::rerank_async(RerankRequest request, CallOptions options) const {
    return api::rerank(*lifetime_->core(), std::move(request), std::move(options));
}

Result<ScoreReply> VllmClient::score_labels(GenerativeScoringRequest request,
                                            CallOptions options) const {
    return api::score_labels(*lifetime_->core(), std::move(request), std::move(options)).get();
}
Call<ScoreReply> VllmClient::score_labels_async(GenerativeScoringRequest request,
                                                CallOptions options) const {
    return api::score_labels(*lifetime_->core(), std::move(request), std::move(options));
}

Result<EmbedByTypeReply> VllmClient::embed_by_type(EmbedByTypeRequest request,
                                                   CallOptions options) const {
    return api::embed_by_type(*lifetime_->core(), std::move(request), std::move(options)).get();
}
Call<EmbedByTypeReply> VllmClient::embed_by_type_async(EmbedByTypeRequest request,
                                                       CallOptions options) const {
    return api::embed_by_type(*lifetime_->core(), std::move(request), std::move(options));
}

Result<ChatReply> VllmClient::chat_batch(ChatBatchRequest request, CallOptions options) const {
    return api::chat_batch(*lifetime_->core(), std::move(request), std::move(options)).get();
}
Call<ChatReply> VllmClient::chat_batch_async(ChatBatchRequest request, CallOptions options) const {
    return api::chat_batch(*lifetime_->core(), std::move(request), std::move(options));
}

Result<GenerateReply> VllmClient::generate(GenerateRequest request, CallOptions options) const {
    return api::generate(*lifetime_->core(), std::move(request), std::move(options)).get();
}
Call<GenerateReply> VllmClient::generate_async(GenerateRequest request, CallOptions options) const {
    return api::generate(*lifetime_->core(), std::move(request), std::move(options));
}
GenerateStream VllmClient::generate_stream(GenerateRequest request, CallOptions options) const {
    return api::generate_stream(*lifetime_->core(), std::move(request), std::move(options));
}

Result<TokenizerInfo> VllmClient::tokenizer_info(CallOptions options) const {
    return api::tokenizer_info(*lifetime_->core(), std::move(options)).get();
}
Call<TokenizerInfo> VllmClient::tokenizer_info_async(CallOptions options) const {
    return api::tokenizer_info(*lifetime_->core(), std::move(options));
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
