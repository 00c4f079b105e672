// SPDX-License-Identifier: Apache-2.0
#include "pipeline/endpoint_dialects.h"

#include <string>
#include <utility>

#include "wire/dialect_request.h"
#include "wire/dialect_routes.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::pipeline {

EndpointDialects::EndpointDialects(std::span<const ServerIdentity> identities)
    : entries_(identities.size()) {
    for (std::size_t i = 0; i < identities.size(); ++i)
        remember(i, identities[i]);
}

ServerIdentity EndpointDialects::find(std::size_t endpoint) const {
    const std::lock_guard lock(mutex_);
    return entries_[endpoint].identity;
}

void EndpointDialects::remember(std::size_t endpoint, ServerIdentity identity) {
    const bool must_adapt = wire::needs_adapting(identity);
    const std::lock_guard lock(mutex_);
    entries_[endpoint].identity = std::move(identity);
    entries_[endpoint].must_adapt.store(must_adapt, std::memory_order_relaxed);
}

Result<request::Request> EndpointDialects::adapt(const request::Request& request,
                                                 std::size_t endpoint) const {
    request::Request adapted = request;
    // The user wrote it for this very server.
    if (request.operation == "raw") return adapted;
    const ServerIdentity identity = find(endpoint);
    adapted.path = wire::dialect_path(identity.dialect, request.operation, request.path);
    const bool is_json = request.body && request.content_type.empty();
    if (!is_json) return adapted;
    auto body = wire::adapt_body(*request.body, request.operation, identity);
    if (!body) return std::move(body).error();
    adapted.body = std::make_shared<const std::string>(*std::move(body));
    return adapted;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::pipeline
