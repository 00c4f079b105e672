// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "vllm_client/version.h"

// Replies say by an index which input an element belongs to. Everything here throws DecodeFailure,
// naming the element as one of `list`.
namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// Position in `indices` of 0, 1, 2 …: each must be there once, up to `expected` (0: up to the
/// number of elements), and no other.
[[nodiscard]] std::vector<std::size_t> order_by_index(std::span<const std::int64_t> indices,
                                                      std::size_t expected, std::string_view list);

/// For lists that need not be complete: throws unless each index is below `expected` (0: any) and
/// there once.
void check_indices(std::span<const std::int64_t> indices, std::size_t expected,
                   std::string_view list);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
