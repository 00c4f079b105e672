// SPDX-License-Identifier: Apache-2.0
#include "wire/transcription_accumulator.h"

#include <utility>

#include "wire/transcription_chunk.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

Result<void> TranscriptionAccumulator::add(const TranscriptionDelta& delta) {
    reply_.text += delta.text();
    if (const auto reason = delta.finish_reason()) reply_.finish_reasons.push_back(*reason);
    if (!reply_.id.empty() && !delta.has_usage()) return {};
    auto rest = detail::TranscriptionChunkReader::rest(delta);
    if (!rest) return std::move(rest).error();
    if (reply_.id.empty()) reply_.id = std::move(rest->id);
    if (reply_.model.empty()) reply_.model = std::move(rest->model);
    if (rest->usage) reply_.usage = std::move(rest->usage);
    return {};
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
