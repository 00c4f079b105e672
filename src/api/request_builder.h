// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "api/client_core.h"
#include "pipeline/unary_request.h"
#include "request/request.h"
#include "vllm_client/options.h"
#include "vllm_client/result.h"

// What the families of routes make their requests with.
namespace vllm_client::inline VLLM_CLIENT_ABI::api {

/// A reader for replies of which only the body matters.
template <class T>
[[nodiscard]] pipeline::ReplyReader<T> body_reader(Result<T> (*read)(std::string_view)) {
    return {.read = [read](const HttpReply& reply) { return read(reply.body); }};
}

/// A POST of what was made of the typed request, or the error of that. `operation` is a literal.
[[nodiscard]] Result<request::Request> post(std::string_view operation, std::string path,
                                            Result<std::string> body, const std::string& model,
                                            CallOptions options);

/// A GET. `operation` is a literal.
[[nodiscard]] request::Request get(std::string_view operation, std::string path,
                                   CallOptions options);

/// The client's model for requests that name none.
template <class TypedRequest>
void fill_model(const ClientCore& core, TypedRequest& typed) {
    if (typed.model.empty()) typed.model = core.default_model();
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api
