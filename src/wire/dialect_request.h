// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "vllm_client/dialect.h"
#include "vllm_client/result.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// True if requests to this server differ from those to a current vLLM.
[[nodiscard]] bool needs_adapting(const ServerIdentity& identity) noexcept;

/// Rewrites the canonical body of a request for this server, canonical again. `operation` is the
/// request's, e.g. "chat". What the server would not do, and what would make a different answer if
/// it were left out, is an `unsupported` error naming the field; `config` if `body` is no object.
[[nodiscard]] Result<std::string> adapt_body(const std::string& body, std::string_view operation,
                                             const ServerIdentity& identity);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
