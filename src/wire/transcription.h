// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "vllm_client/result.h"
#include "vllm_client/transcription.h"
#include "wire/multipart.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// The form of `POST /v1/audio/transcriptions` and `/v1/audio/translations`, the file's bytes
/// included. Errors: those of FileSource::read(), `config` for numbers that are not finite.
[[nodiscard]] Result<std::vector<FormPart>> write_transcription_form(
    const TranscriptionRequest& request, bool stream);

/// Reads the padded body of a reply. A body that is no JSON object is the transcript itself if
/// `format` is one of text, srt and vtt.
[[nodiscard]] Result<TranscriptionReply> read_transcription_reply(std::string_view padded_body,
                                                                  TranscriptFormat format);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
