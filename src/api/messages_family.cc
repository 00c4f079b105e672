// SPDX-License-Identifier: Apache-2.0
#include "api/messages_family.h"

#include <utility>

#include "api/request_builder.h"
#include "wire/messages_reply.h"
#include "wire/messages_request.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::api {
namespace {

using request::Request;

Result<Request> create_request(ClientCore& core, MessagesRequest& typed, CallOptions options,
                               bool stream) {
    fill_model(core, typed);
    auto request = post("message", "/v1/messages", wire::write_messages_request(typed, stream),
                        typed.model, std::move(options));
    if (request) request->stream = stream;
    return request;
}

}  // namespace

Call<MessagesReply> create_message(ClientCore& core, MessagesRequest&& request,
                                   CallOptions&& options) {
    return core.send<MessagesReply>(create_request(core, request, std::move(options), false),
                                    body_reader(&wire::read_messages_reply));
}

MessagesStream stream_message(ClientCore& core, MessagesRequest&& request, CallOptions&& options) {
    return MessagesStream(
        core.open<MessagesFamily>(create_request(core, request, std::move(options), true), {}));
}

Call<MessagesTokenCount> count_message_tokens(ClientCore& core, MessagesRequest&& request,
                                              CallOptions&& options) {
    fill_model(core, request);
    return core.send<MessagesTokenCount>(
        post("message_count_tokens", "/v1/messages/count_tokens",
             wire::write_count_tokens_request(request), request.model, std::move(options)),
        body_reader(&wire::read_messages_token_count));
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api
