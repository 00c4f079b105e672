// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/audio.h"

#include <utility>

#include "api/client_core.h"
#include "api/request_builder.h"
#include "wire/multipart.h"
#include "wire/transcription.h"
#include "wire/transcription_accumulator.h"
#include "wire/transcription_chunk.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {
namespace {

struct TranscriptionFamily {
    using Delta = TranscriptionDelta;
    using Reply = TranscriptionReply;
    using Reader = detail::TranscriptionChunkReader;
    using Accumulator = wire::TranscriptionAccumulator;
};

/// The two speech routes.
struct Route {
    const char* operation;
    const char* path;
};
constexpr Route transcription{"transcription", "/v1/audio/transcriptions"};
constexpr Route translation{"translation", "/v1/audio/translations"};

Result<request::Request> form_request(api::ClientCore& core, const Route& route,
                                      TranscriptionRequest& typed, CallOptions&& options,
                                      bool stream) {
    api::fill_model(core, typed);
    auto parts = wire::write_transcription_form(typed, stream);
    if (!parts) return std::move(parts).error();
    auto body = wire::write_multipart(*parts, core.random_id());
    if (!body) return std::move(body).error();
    auto request = api::post(route.operation, route.path, std::move(body->bytes), typed.model,
                             std::move(options));
    if (!request) return request;
    request->content_type = std::move(body->content_type);
    request->request_id = std::move(typed.request_id);
    request->stream = stream;
    return request;
}

Call<TranscriptionReply> send(api::ClientCore& core, const Route& route,
                              TranscriptionRequest&& typed, CallOptions&& options) {
    auto request = form_request(core, route, typed, std::move(options), false);
    return core.send<TranscriptionReply>(
        std::move(request), {.read = [format = typed.response_format](const HttpReply& reply) {
            return wire::read_transcription_reply(reply.body, format);
        }});
}

TranscriptionStream open(api::ClientCore& core, const Route& route, TranscriptionRequest&& typed,
                         CallOptions&& options) {
    return TranscriptionStream(core.open<TranscriptionFamily>(
        form_request(core, route, typed, std::move(options), true), {}));
}

}  // namespace

Result<TranscriptionReply> Audio::transcribe(TranscriptionRequest request,
                                             CallOptions options) const {
    return send(*core_, transcription, std::move(request), std::move(options)).get();
}
Call<TranscriptionReply> Audio::transcribe_async(TranscriptionRequest request,
                                                 CallOptions options) const {
    return send(*core_, transcription, std::move(request), std::move(options));
}
TranscriptionStream Audio::transcribe_stream(TranscriptionRequest request,
                                             CallOptions options) const {
    return open(*core_, transcription, std::move(request), std::move(options));
}
Result<TranscriptionReply> Audio::translate(TranscriptionRequest request,
                                            CallOptions options) const {
    return send(*core_, translation, std::move(request), std::move(options)).get();
}
Call<TranscriptionReply> Audio::translate_async(TranscriptionRequest request,
                                                CallOptions options) const {
    return send(*core_, translation, std::move(request), std::move(options));
}
TranscriptionStream Audio::translate_stream(TranscriptionRequest request,
                                            CallOptions options) const {
    return open(*core_, translation, std::move(request), std::move(options));
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
