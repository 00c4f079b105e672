// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vllm_client/options.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::api {

/// `options` with `fallback`'s values where a member still has its default. Of headers, those with
/// names that `options` does not have are added. Members that no file can hold (hooks, executor,
/// sink, transport) are `options`' own.
[[nodiscard]] ClientOptions fill_unset(ClientOptions options, const ClientOptions& fallback);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api
