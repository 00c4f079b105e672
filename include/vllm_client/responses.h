// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "vllm_client/call.h"
#include "vllm_client/export.h"
#include "vllm_client/options.h"
#include "vllm_client/response.h"
#include "vllm_client/response_event.h"
#include "vllm_client/result.h"
#include "vllm_client/stream.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

namespace api {
class ClientCore;
}

/// A streamed response. It has ended properly only after `response.completed`: without it, next()
/// and collect() end in a `stream` error that carries the text received (Error::partial).
using ResponseStream = Stream<ResponseEvent, ResponseReply>;

/// The Responses API of the server: `client.responses().create({.input = "hi"})`.
/// Cheap to copy, thread-safe, and allowed to outlive the client it came from (calls then give
/// `closed`). The forms and errors are those of VllmClient. retrieve() and cancel() work only if
/// the server stores responses (vLLM: `VLLM_ENABLE_RESPONSES_API_STORE=1`); else they give `http`
/// errors of status 404.
class VLLM_CLIENT_EXPORT Responses {
 public:
    /// Source: `POST /v1/responses`.
    [[nodiscard]] Result<ResponseReply> create(ResponseRequest request,
                                               CallOptions options = {}) const;
    [[nodiscard]] Call<ResponseReply> create_async(ResponseRequest request,
                                                   CallOptions options = {}) const;
    /// Dropping the stream ends the generation, unless the request is a background one.
    [[nodiscard]] ResponseStream create_stream(ResponseRequest request,
                                               CallOptions options = {}) const;

    /// A stored response as it is now. An empty `id` is a `config` error.
    /// Source: `GET /v1/responses/{id}`.
    [[nodiscard]] Result<ResponseReply> retrieve(std::string id, CallOptions options = {}) const;
    [[nodiscard]] Call<ResponseReply> retrieve_async(std::string id,
                                                     CallOptions options = {}) const;
    /// The events of a response that was created in the background and as a stream: all of them, or
    /// those after the one with the sequence number `starting_after`; then those to come.
    [[nodiscard]] ResponseStream retrieve_stream(std::string id,
                                                 std::optional<std::int64_t> starting_after = {},
                                                 CallOptions options = {}) const;

    /// Cancels a background response; the reply's status tells. One that has ended, or is not a
    /// background one, is an `http` error of status 400.
    /// Source: `POST /v1/responses/{id}/cancel`.
    [[nodiscard]] Result<ResponseReply> cancel(std::string id, CallOptions options = {}) const;
    [[nodiscard]] Call<ResponseReply> cancel_async(std::string id, CallOptions options = {}) const;

 private:
    friend class VllmClient;
    explicit Responses(std::shared_ptr<api::ClientCore> core) : core_(std::move(core)) {}

    std::shared_ptr<api::ClientCore> core_;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
