// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/vllm_client.h"

#include <utility>

#include "api/client_core.h"
#include "api/endpoint_check.h"
#include "api/families.h"
#include "api/identify.h"
#include "vllm_client/admin.h"
#include "vllm_client/audio.h"
#include "vllm_client/lora.h"
#include "vllm_client/messages.h"
#include "vllm_client/responses.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

VllmClient::VllmClient(ClientOptions options)
    : lifetime_(std::make_shared<api::ClientLifetime>(api::ClientCore::make(std::move(options)))) {}

Result<VllmClient> VllmClient::create(ClientOptions options) {
    VllmClient client(std::move(options));
    if (auto status = client.status(); !status) return status.error();
    return client;
}

VllmClient::VllmClient(const VllmClient&) = default;
VllmClient::VllmClient(VllmClient&&) noexcept = default;
VllmClient& VllmClient::operator=(const VllmClient&) = default;
VllmClient& VllmClient::operator=(VllmClient&&) noexcept = default;
VllmClient::~VllmClient() = default;

Result<void> VllmClient::status() const {
    return lifetime_->core()->status();
}

Result<ChatReply> VllmClient::chat(ChatRequest request, CallOptions options) const {
    return api::chat(*lifetime_->core(), std::move(request), std::move(options)).get();
}
Call<ChatReply> VllmClient::chat_async(ChatRequest request, CallOptions options) const {
    return api::chat(*lifetime_->core(), std::move(request), std::move(options));
}
ChatStream VllmClient::chat_stream(ChatRequest request, CallOptions options) const {
    return api::chat_stream(*lifetime_->core(), std::move(request), std::move(options));
}

Result<CompletionReply> VllmClient::complete(CompletionRequest request, CallOptions options) const {
    return api::complete(*lifetime_->core(), std::move(request), std::move(options)).get();
}
Call<CompletionReply> VllmClient::complete_async(CompletionRequest request,
                                                 CallOptions options) const {
    return api::complete(*lifetime_->core(), std::move(request), std::move(options));
}
CompletionStream VllmClient::complete_stream(CompletionRequest request, CallOptions options) const {
    return api::complete_stream(*lifetime_->core(), std::move(request), std::move(options));
}

Result<EmbeddingReply> VllmClient::embed(EmbeddingRequest request, CallOptions options) const {
    return api::embed(*lifetime_->core(), std::move(request), std::move(options)).get();
}
Call<EmbeddingReply> VllmClient::embed_async(EmbeddingRequest request, CallOptions options) const {
    return api::embed(*lifetime_->core(), std::move(request), std::move(options));
}

Result<TokenizeReply> VllmClient::tokenize(TokenizeRequest request, CallOptions options) const {
    return api::tokenize(*lifetime_->core(), std::move(request), std::move(options)).get();
}
Call<TokenizeReply> VllmClient::tokenize_async(TokenizeRequest request, CallOptions options) const {
    return api::tokenize(*lifetime_->core(), std::move(request), std::move(options));
}
Result<DetokenizeReply> VllmClient::detokenize(DetokenizeRequest request,
                                               CallOptions options) const {
    return api::detokenize(*lifetime_->core(), std::move(request), std::move(options)).get();
}
Call<DetokenizeReply> VllmClient::detokenize_async(DetokenizeRequest request,
                                                   CallOptions options) const {
    return api::detokenize(*lifetime_->core(), std::move(request), std::move(options));
}

Result<ModelList> VllmClient::models(CallOptions options) const {
    return api::models(*lifetime_->core(), std::move(options)).get();
}
Call<ModelList> VllmClient::models_async(CallOptions options) const {
    return api::models(*lifetime_->core(), std::move(options));
}
Result<ServerVersion> VllmClient::version(CallOptions options) const {
    return api::version(*lifetime_->core(), std::move(options)).get();
}
Call<ServerVersion> VllmClient::version_async(CallOptions options) const {
    return api::version(*lifetime_->core(), std::move(options));
}
Result<HealthReply> VllmClient::health(CallOptions options) const {
    return api::health(*lifetime_->core(), std::move(options)).get();
}
Call<HealthReply> VllmClient::health_async(CallOptions options) const {
    return api::health(*lifetime_->core(), std::move(options));
}
Result<LoadReply> VllmClient::load(CallOptions options) const {
    return api::load(*lifetime_->core(), std::move(options)).get();
}
Call<LoadReply> VllmClient::load_async(CallOptions options) const {
    return api::load(*lifetime_->core(), std::move(options));
}
Result<ServerMetrics> VllmClient::server_metrics(CallOptions options) const {
    return api::server_metrics(*lifetime_->core(), std::move(options)).get();
}
Call<ServerMetrics> VllmClient::server_metrics_async(CallOptions options) const {
    return api::server_metrics(*lifetime_->core(), std::move(options));
}
Result<RawReply> VllmClient::raw(RawRequest request, CallOptions options) const {
    return api::raw(*lifetime_->core(), std::move(request), std::move(options)).get();
}
Call<RawReply> VllmClient::raw_async(RawRequest request, CallOptions options) const {
    return api::raw(*lifetime_->core(), std::move(request), std::move(options));
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): a token by value, as everywhere
Audio VllmClient::audio() const {
    return Audio(lifetime_->core());
}
Lora VllmClient::lora() const {
    return Lora(lifetime_->core());
}
Admin VllmClient::admin() const {
    return Admin(lifetime_->core());
}

Result<void> VllmClient::wait_ready(std::chrono::milliseconds timeout, std::stop_token stop) const {
    return api::wait_ready(*lifetime_->core(), timeout, stop);
}
// NOLINTNEXTLINE(performance-unnecessary-value-param)
Result<ServerIdentity> VllmClient::identify(std::string endpoint, std::stop_token stop) const {
    return api::identify(*lifetime_->core(), endpoint, stop);
}
// NOLINTNEXTLINE(performance-unnecessary-value-param)
Result<CheckReport> VllmClient::check(std::string endpoint, std::stop_token stop) const {
    return api::check(*lifetime_->core(), endpoint, stop);
}

Responses VllmClient::responses() const {
    return Responses(lifetime_->core());
}
Messages VllmClient::messages() const {
    return Messages(lifetime_->core());
}

BoundClient VllmClient::bind(Defaults defaults) const {
    return BoundClient(lifetime_->core(), std::move(defaults));
}

MetricsSnapshot VllmClient::metrics() const {
    return lifetime_->core()->metrics();
}
void VllmClient::reset_metrics() const {
    lifetime_->core()->reset_metrics();
}
void VllmClient::close(std::chrono::milliseconds drain_for) const {
    lifetime_->core()->close(drain_for);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
