// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "vllm_client/error.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::realtime {

/// The error of a server that answered the request to upgrade with anything but 101.
[[nodiscard]] Error upgrade_refused(int status, std::string_view body);

/// The `timeout` error of a step; final, because a session cannot be taken up again.
[[nodiscard]] Error step_timed_out(Phase phase, std::string message);

/// The error of a session that ended while it was open: `stream`.
[[nodiscard]] Error session_cut(const std::string& detail);

/// The error of a close frame that is no proper end: `stream`.
[[nodiscard]] Error closed_by_server(std::uint16_t code, std::string_view reason);

/// True if a close frame with this code ends a session in good order: 1000 and 1001, or none given.
[[nodiscard]] bool is_proper_end(std::uint16_t code) noexcept;

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::realtime
