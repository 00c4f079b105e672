// SPDX-License-Identifier: Apache-2.0
#include "api/families.h"

#include "api/request_builder.h"
#include "transport/header_check.h"
#include "wire/chat_reply.h"
#include "wire/completion_reply.h"
#include "wire/embedding.h"
#include "wire/generation_request.h"
#include "wire/metrics_text.h"
#include "wire/models.h"
#include "wire/tokens.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::api {
namespace {

using request::Request;

Result<Request> chat_request(ClientCore& core, ChatRequest& typed, CallOptions options,
                             bool stream) {
    fill_model(core, typed);
    auto request = post("chat", "/v1/chat/completions", wire::write_chat_request(typed, stream),
                        typed.model, std::move(options));
    if (!request) return request;
    request->request_id = std::move(typed.request_id);
    request->stream = stream;
    return request;
}

Result<Request> completion_request(ClientCore& core, CompletionRequest& typed, CallOptions options,
                                   bool stream) {
    fill_model(core, typed);
    auto request =
        post("completion", "/v1/completions", wire::write_completion_request(typed, stream),
             typed.model, std::move(options));
    if (!request) return request;
    request->request_id = std::move(typed.request_id);
    request->stream = stream;
    return request;
}

}  // namespace

Call<ChatReply> chat(ClientCore& core, ChatRequest&& request, CallOptions&& options) {
    return core.send<ChatReply>(chat_request(core, request, std::move(options), false),
                                body_reader(&wire::read_chat_reply));
}

ChatStream chat_stream(ClientCore& core, ChatRequest&& request, CallOptions&& options) {
    return ChatStream(
        core.open<ChatFamily>(chat_request(core, request, std::move(options), true), {}));
}

Call<CompletionReply> complete(ClientCore& core, CompletionRequest&& request,
                               CallOptions&& options) {
    return core.send<CompletionReply>(completion_request(core, request, std::move(options), false),
                                      body_reader(&wire::read_completion_reply));
}

CompletionStream complete_stream(ClientCore& core, CompletionRequest&& request,
                                 CallOptions&& options) {
    const wire::CompletionAccumulator answer(request.n.value_or(1));
    return CompletionStream(core.open<CompletionFamily>(
        completion_request(core, request, std::move(options), true), answer));
}

Call<EmbeddingReply> embed(ClientCore& core, EmbeddingRequest&& request, CallOptions&& options) {
    fill_model(core, request);
    const wire::TensorForm form = wire::embedding_form(request);
    auto sent = post("embedding", "/v1/embeddings", wire::write_embedding_request(request),
                     request.model, std::move(options));
    if (sent) sent->request_id = std::move(request.request_id);
    return core.send<EmbeddingReply>(std::move(sent), {.read = [form](const HttpReply& reply) {
                                         return wire::read_embedding_reply(reply, form);
                                     }});
}

Call<TokenizeReply> tokenize(ClientCore& core, TokenizeRequest&& request, CallOptions&& options) {
    fill_model(core, request);
    return core.send<TokenizeReply>(
        post("tokenize", "/tokenize", wire::write_tokenize_request(request), request.model,
             std::move(options)),
        body_reader(&wire::read_tokenize_reply));
}

Call<DetokenizeReply> detokenize(ClientCore& core, DetokenizeRequest&& request,
                                 CallOptions&& options) {
    fill_model(core, request);
    return core.send<DetokenizeReply>(
        post("detokenize", "/detokenize", wire::write_detokenize_request(request), request.model,
             std::move(options)),
        body_reader(&wire::read_detokenize_reply));
}

Call<ModelList> models(ClientCore& core, CallOptions&& options) {
    return core.send<ModelList>(get("models", "/v1/models", std::move(options)),
                                body_reader(&wire::read_model_list));
}

Call<ServerVersion> version(ClientCore& core, CallOptions&& options) {
    return core.send<ServerVersion>(get("version", "/version", std::move(options)),
                                    body_reader(&wire::read_server_version));
}

Call<HealthReply> health(ClientCore& core, CallOptions&& options) {
    return core.send<HealthReply>(get("health", "/health", std::move(options)),
                                  {.read = [](const HttpReply& reply) -> Result<HealthReply> {
                                       HealthReply health;
                                       health.healthy = reply.status >= 200 && reply.status < 300;
                                       return health;
                                   },
                                   .any_status = true});
}

Call<LoadReply> load(ClientCore& core, CallOptions&& options) {
    return core.send<LoadReply>(get("load", "/load", std::move(options)),
                                body_reader(&wire::read_load_reply));
}

Call<ServerMetrics> server_metrics(ClientCore& core, CallOptions&& options) {
    return core.send<ServerMetrics>(get("metrics", "/metrics", std::move(options)),
                                    body_reader(&wire::read_metrics_text));
}

Call<RawReply> raw(ClientCore& core, RawRequest&& raw_request, CallOptions&& options) {
    Result<Request> request = get("raw", std::move(raw_request.path), std::move(options));
    request->method = raw_request.method;
    request->content_type = raw_request.content_type;
    if (raw_request.method == HttpMethod::post || !raw_request.body.empty()) {
        request->body = std::make_shared<const std::string>(std::move(raw_request.body));
    }
    if (auto checked = transport::check_path(request->path, "RawRequest.path"); !checked) {
        request = checked.error();
    }
    return core.send<RawReply>(
        std::move(request),
        {.read = [](const HttpReply&) -> Result<RawReply> { return RawReply{}; },
         .any_status = true});
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api
