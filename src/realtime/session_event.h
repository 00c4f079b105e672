// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "vllm_client/realtime.h"

// The messages of vLLM's realtime route. Source: section "WebSocket /v1/realtime" of its API.
namespace vllm_client::inline VLLM_CLIENT_ABI::realtime {

/// `session.update`, or a `config` error naming a broken option.
[[nodiscard]] Result<std::string> session_update(const std::string& model, const JsonText& extra);
/// `input_audio_buffer.append` of little-endian PCM.
[[nodiscard]] std::string audio_append(std::span<const std::byte> pcm);
/// `input_audio_buffer.commit`.
[[nodiscard]] std::string audio_commit(bool final);

/// Reads one event. `decode` if it is no JSON object with a type, or lacks what its type promises.
[[nodiscard]] Result<RealtimeEvent> read_session_event(std::string json);

/// The `stream` error for an error event.
[[nodiscard]] Error event_error(const RealtimeEvent& event);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::realtime
