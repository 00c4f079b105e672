// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "vllm_client/error.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// The `stream` error for an event that reports one instead of a part of the answer: the server's
/// words, its status from `code`. `padded_json` must be padded (see pad()).
[[nodiscard]] Error read_event_error(std::string_view padded_json);

/// True if an event without choices and without an `error` member is an error all the same: the
/// form
/// `{"object":"error","message":…}` of older vLLM and of other servers.
[[nodiscard]] bool is_flat_error(std::string_view json) noexcept;

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
