// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// Calls `visit(name, value)` for each member of the JSON object in `text`, in order. `name` is
/// unescaped, `value` is the member's JSON as a slice of `text`. False if `text` is not an object;
/// members before the fault may have been visited. For cold paths: sets up a parser each time.
[[nodiscard]] bool for_each_member(
    const std::string& text, const std::function<void(std::string name, std::string_view)>& visit);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
