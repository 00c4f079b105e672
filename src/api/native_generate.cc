// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/native_generate.h"

#include <utility>

#include "vllm_client/vllm_client.h"
#include "wire/error_body.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

Result<NativeGeneration> generate_native(const VllmClient& client, NativeGenerateRequest request,
                                         CallOptions options) {
    if (!request.body.is_object()) {
        return Error{.kind = ErrorKind::config,
                     .message = "NativeGenerateRequest.body must be a JSON object",
                     .phase = Phase::validate};
    }
    auto reply = client.raw(
        {.method = HttpMethod::post, .path = std::move(request.path), .body = request.body.text()},
        std::move(options));
    if (!reply) return std::move(reply).error();
    const bool success = reply->status >= 200 && reply->status < 300;
    auto generation = success
                          ? read_native_generate(reply->body)
                          : Result<NativeGeneration>(wire::http_error(reply->status, reply->body));
    if (generation) {
        generation->raw = *std::move(reply);
        return generation;
    }
    Error error = std::move(generation).error();
    error.http_status = error.http_status == 0 ? reply->status : error.http_status;
    error.request_id = std::move(reply->request_id);
    error.endpoint = std::move(reply->endpoint);
    return error;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
