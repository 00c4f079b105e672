// SPDX-License-Identifier: Apache-2.0
#include "api/pooling_families.h"

#include <utility>

#include "api/request_builder.h"
#include "wire/classify.h"
#include "wire/embed_by_type.h"
#include "wire/pooling.h"
#include "wire/scoring.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::api {
namespace {

/// A reader for replies that are checked against the number of inputs.
template <class T>
pipeline::ReplyReader<T> counted_reader(Result<T> (*read)(std::string_view, std::size_t),
                                        std::size_t expected) {
    return {
        .read = [read, expected](const HttpReply& reply) { return read(reply.body, expected); }};
}

/// As post(), with the id that the typed request asks for.
template <class TypedRequest>
Result<request::Request> post_with_id(std::string_view operation, std::string path,
                                      Result<std::string> body, TypedRequest& typed,
                                      CallOptions&& options) {
    auto sent = post(operation, std::move(path), std::move(body), typed.model, std::move(options));
    if (sent) sent->request_id = std::move(typed.request_id);
    return sent;
}

}  // namespace

Call<PoolingReply> pool(ClientCore& core, PoolingRequest&& request, CallOptions&& options) {
    fill_model(core, request);
    const wire::TensorForm form = wire::pooling_form(request);
    return core.send<PoolingReply>(
        post_with_id("pooling", "/pooling", wire::write_pooling_request(request), request,
                     std::move(options)),
        {.read = [form](const HttpReply& reply) { return wire::read_pooling_reply(reply, form); }});
}

Call<ClassifyReply> classify(ClientCore& core, ClassifyRequest&& request, CallOptions&& options) {
    fill_model(core, request);
    const std::size_t inputs = wire::expected_classifications(request);
    return core.send<ClassifyReply>(
        post_with_id("classify", "/classify", wire::write_classify_request(request), request,
                     std::move(options)),
        counted_reader(&wire::read_classify_reply, inputs));
}

Call<ScoreReply> score(ClientCore& core, ScoreRequest&& request, CallOptions&& options) {
    fill_model(core, request);
    const std::size_t pairs = request.documents.size();
    return core.send<ScoreReply>(
        post_with_id("score", "/v1/score", wire::write_score_request(request), request,
                     std::move(options)),
        counted_reader(&wire::read_score_reply, pairs));
}

Call<RerankReply> rerank(ClientCore& core, RerankRequest&& request, CallOptions&& options) {
    fill_model(core, request);
    const std::size_t documents = request.documents.size();
    return core.send<RerankReply>(
        post_with_id("rerank", "/v1/rerank", wire::write_rerank_request(request), request,
                     std::move(options)),
        counted_reader(&wire::read_rerank_reply, documents));
}

Call<ScoreReply> score_labels(ClientCore& core, GenerativeScoringRequest&& request,
                              CallOptions&& options) {
    fill_model(core, request);
    const std::size_t items = wire::count_items(request);
    return core.send<ScoreReply>(
        post_with_id("generative_scoring", "/generative_scoring",
                     wire::write_generative_scoring_request(request), request, std::move(options)),
        counted_reader(&wire::read_score_reply, items));
}

Call<EmbedByTypeReply> embed_by_type(ClientCore& core, EmbedByTypeRequest&& request,
                                     CallOptions&& options) {
    fill_model(core, request);
    const std::size_t inputs = wire::count_inputs(request);
    return core.send<EmbedByTypeReply>(
        post("embed_by_type", "/v2/embed", wire::write_embed_by_type_request(request),
             request.model, std::move(options)),
        counted_reader(&wire::read_embed_by_type_reply, inputs));
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api
