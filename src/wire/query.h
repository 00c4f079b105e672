// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// One `name=value` of a query. Views must outlive the call they are used in.
struct QueryItem {
    std::string_view name{};  ///< Taken as it is.
    std::string_view value{};
};

/// Text as part of a path or query: everything but letters, digits and `-._~` is percent-encoded.
[[nodiscard]] std::string percent_encode(std::string_view text);

/// `path?name=value&…`, values percent-encoded; the path alone if there are no items.
[[nodiscard]] std::string with_query(std::string_view path, const std::vector<QueryItem>& items);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
