// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// The parameters of a query as an object of texts, for a FieldReader that calls it "query". Of
/// several values of one name the last counts.
[[nodiscard]] nlohmann::json query_object(std::string_view query);

/// All values of one name, in their order.
[[nodiscard]] std::vector<std::string> query_values(std::string_view query, std::string_view name);

/// `%41` and `+` decoded.
[[nodiscard]] std::string url_decoded(std::string_view text);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
