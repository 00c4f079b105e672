// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// True if an answer of this status and body says that the server does not offer the route, as
/// opposed to not having the model or object, or refusing the request.
[[nodiscard]] bool is_unsupported(int status, std::string_view body);

/// What a server must be, or be started with, to offer an operation (the name of a request's
/// operation, e.g. "sleep"): the rest of a sentence that begins with "it", naming the switch.
[[nodiscard]] std::string_view requirement_of(std::string_view operation) noexcept;

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
