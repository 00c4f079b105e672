// SPDX-License-Identifier: Apache-2.0
#include "api/generate_family.h"

#include <utility>

#include "api/request_builder.h"
#include "wire/chat_reply.h"
#include "wire/generate_reply.h"
#include "wire/generate_request.h"
#include "wire/generation_request.h"
#include "wire/tokens.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::api {
namespace {

Result<request::Request> generate_request(ClientCore& core, GenerateRequest& typed,
                                          CallOptions&& options, bool stream) {
    fill_model(core, typed);
    auto request =
        post("generate", "/inference/v1/generate", wire::write_generate_request(typed, stream),
             typed.model, std::move(options));
    if (!request) return request;
    request->request_id = std::move(typed.request_id);
    request->stream = stream;
    return request;
}

}  // namespace

Call<ChatReply> chat_batch(ClientCore& core, ChatBatchRequest&& request, CallOptions&& options) {
    fill_model(core, request.settings);
    const std::size_t conversations = request.conversations.size();
    auto sent =
        post("chat_batch", "/v1/chat/completions/batch", wire::write_chat_batch_request(request),
             request.settings.model, std::move(options));
    if (sent) sent->request_id = std::move(request.settings.request_id);
    return core.send<ChatReply>(std::move(sent), {.read = [conversations](const HttpReply& reply) {
                                    return wire::read_chat_batch_reply(reply.body, conversations);
                                }});
}

Call<GenerateReply> generate(ClientCore& core, GenerateRequest&& request, CallOptions&& options) {
    return core.send<GenerateReply>(generate_request(core, request, std::move(options), false),
                                    body_reader(&wire::read_generate_reply));
}

GenerateStream generate_stream(ClientCore& core, GenerateRequest&& request, CallOptions&& options) {
    const wire::GenerateAccumulator answer(request.sampling_params.n.value_or(1));
    return GenerateStream(core.open<GenerateFamily>(
        generate_request(core, request, std::move(options), true), answer));
}

Call<TokenizerInfo> tokenizer_info(ClientCore& core, CallOptions&& options) {
    return core.send<TokenizerInfo>(get("tokenizer_info", "/tokenizer_info", std::move(options)),
                                    body_reader(&wire::read_tokenizer_info));
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api
