// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/bound_client.h"

#include <utility>

#include "api/client_core.h"
#include "api/families.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {
namespace {

template <class T>
void fill(T& member, const T& value, bool is_unset) {
    if (is_unset) member = value;
}
template <class T>
void fill(std::optional<T>& member, const std::optional<T>& value) {
    fill(member, value, !member.has_value());
}

CallOptions merged(const CallOptions& defaults, CallOptions call) {
    fill(call.timeouts.connect, defaults.timeouts.connect);
    fill(call.timeouts.first_byte, defaults.timeouts.first_byte);
    fill(call.timeouts.first_token, defaults.timeouts.first_token);
    fill(call.timeouts.between_events, defaults.timeouts.between_events);
    fill(call.timeouts.total, defaults.timeouts.total);
    // Later headers of the same name win, so the call's own come last.
    call.headers.insert(call.headers.begin(), defaults.headers.begin(), defaults.headers.end());
    fill(call.api_key, defaults.api_key, call.api_key.empty());
    fill(call.endpoint, defaults.endpoint, call.endpoint.empty());
    fill(call.request_id, defaults.request_id, call.request_id.empty());
    fill(call.stop, defaults.stop, !call.stop.stop_possible());
    call.at_most_once = call.at_most_once || defaults.at_most_once;
    return call;
}

template <class Request>
Request with_sampling(const Defaults& defaults, Request request) {
    fill(request.model, defaults.model, request.model.empty());
    fill(request.max_tokens, defaults.max_tokens);
    fill(request.temperature, defaults.temperature);
    fill(request.top_p, defaults.top_p);
    fill(request.top_k, defaults.top_k);
    fill(request.min_p, defaults.min_p);
    fill(request.seed, defaults.seed);
    fill(request.n, defaults.n);
    fill(request.use_beam_search, defaults.use_beam_search);
    fill(request.stop, defaults.stop, request.stop.empty());
    return request;
}

ChatRequest with_defaults(const Defaults& defaults, ChatRequest request) {
    request = with_sampling(defaults, std::move(request));
    const bool has_system =
        !request.messages.empty() &&
        (request.messages.front().role == "system" || request.messages.front().role == "developer");
    if (!defaults.system_prompt.empty() && !has_system) {
        request.messages.insert(request.messages.begin(), system_message(defaults.system_prompt));
    }
    return request;
}

Defaults values_of(SamplingPreset which) {
    switch (which) {
        case SamplingPreset::creative:
            return {.temperature = 0.9, .top_p = 0.95};
        case SamplingPreset::precise:
            return {.temperature = 0.1, .top_p = 0.1};
        case SamplingPreset::fast:
            return {.max_tokens = 50, .top_k = 10};
        case SamplingPreset::beam:
            return {.n = 3, .use_beam_search = true};
        case SamplingPreset::server_default:
            break;
    }
    return {};
}

}  // namespace

Defaults preset(SamplingPreset which, Defaults defaults) {
    return with_sampling(values_of(which), std::move(defaults));
}

BoundClient::BoundClient(std::shared_ptr<api::ClientCore> core, Defaults defaults)
    : core_(std::move(core)), defaults_(std::make_shared<const Defaults>(std::move(defaults))) {}

Result<ChatReply> BoundClient::chat(ChatRequest request, CallOptions options) const {
    return chat_async(std::move(request), std::move(options)).get();
}
Call<ChatReply> BoundClient::chat_async(ChatRequest request, CallOptions options) const {
    return api::chat(*core_, with_defaults(*defaults_, std::move(request)),
                     merged(defaults_->call, std::move(options)));
}
ChatStream BoundClient::chat_stream(ChatRequest request, CallOptions options) const {
    return api::chat_stream(*core_, with_defaults(*defaults_, std::move(request)),
                            merged(defaults_->call, std::move(options)));
}

Result<CompletionReply> BoundClient::complete(CompletionRequest request,
                                              CallOptions options) const {
    return complete_async(std::move(request), std::move(options)).get();
}
Call<CompletionReply> BoundClient::complete_async(CompletionRequest request,
                                                  CallOptions options) const {
    return api::complete(*core_, with_sampling(*defaults_, std::move(request)),
                         merged(defaults_->call, std::move(options)));
}
CompletionStream BoundClient::complete_stream(CompletionRequest request,
                                              CallOptions options) const {
    return api::complete_stream(*core_, with_sampling(*defaults_, std::move(request)),
                                merged(defaults_->call, std::move(options)));
}

Result<EmbeddingReply> BoundClient::embed(EmbeddingRequest request, CallOptions options) const {
    return embed_async(std::move(request), std::move(options)).get();
}
Call<EmbeddingReply> BoundClient::embed_async(EmbeddingRequest request, CallOptions options) const {
    fill(request.model, defaults_->model, request.model.empty());
    return api::embed(*core_, std::move(request), merged(defaults_->call, std::move(options)));
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
