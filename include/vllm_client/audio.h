// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "vllm_client/call.h"
#include "vllm_client/export.h"
#include "vllm_client/options.h"
#include "vllm_client/result.h"
#include "vllm_client/stream.h"
#include "vllm_client/transcription.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

namespace api {
class ClientCore;
}

/// A streamed transcript.
using TranscriptionStream = Stream<TranscriptionDelta, TranscriptionReply>;

/// Speech routes: `client.audio().transcribe({.file = FileSource::from_path("speech.wav")})`.
/// Cheap to copy, thread-safe, may outlive the client (calls then give `closed`). Forms and errors
/// are those of VllmClient. Cost: the whole upload is held in memory until the reply has come. A
/// server whose model does not hear gives `unsupported`.
class VLLM_CLIENT_EXPORT Audio {
 public:
    /// Text in the language spoken. Source: `POST /v1/audio/transcriptions`.
    [[nodiscard]] Result<TranscriptionReply> transcribe(TranscriptionRequest request,
                                                        CallOptions options = {}) const;
    [[nodiscard]] Call<TranscriptionReply> transcribe_async(TranscriptionRequest request,
                                                            CallOptions options = {}) const;
    [[nodiscard]] TranscriptionStream transcribe_stream(TranscriptionRequest request,
                                                        CallOptions options = {}) const;
    /// Text in another language. Source: `POST /v1/audio/translations`.
    [[nodiscard]] Result<TranscriptionReply> translate(TranscriptionRequest request,
                                                       CallOptions options = {}) const;
    [[nodiscard]] Call<TranscriptionReply> translate_async(TranscriptionRequest request,
                                                           CallOptions options = {}) const;
    [[nodiscard]] TranscriptionStream translate_stream(TranscriptionRequest request,
                                                       CallOptions options = {}) const;

 private:
    friend class VllmClient;
    explicit Audio(std::shared_ptr<api::ClientCore> core) : core_(std::move(core)) {}

    std::shared_ptr<api::ClientCore> core_;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
