// SPDX-License-Identifier: Apache-2.0
#include "api/request_builder.h"

#include <memory>
#include <utility>

namespace vllm_client::inline VLLM_CLIENT_ABI::api {

using request::Request;

Result<Request> post(std::string_view operation, std::string path, Result<std::string> body,
                     const std::string& model, CallOptions options) {
    if (!body) return std::move(body).error();
    Request request;
    request.operation = operation;
    request.path = std::move(path);
    request.body = std::make_shared<const std::string>(*std::move(body));
    request.model = model;
    request.options = std::move(options);
    return request;
}

Request get(std::string_view operation, std::string path, CallOptions options) {
    Request request;
    request.operation = operation;
    request.method = HttpMethod::get;
    request.path = std::move(path);
    request.options = std::move(options);
    return request;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api
