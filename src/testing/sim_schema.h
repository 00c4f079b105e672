// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// JSON text of a value that fits `schema`, always the same for the same `seed`. Understands the
/// keywords const, enum, type, properties, items, minItems, minimum, minLength, anyOf, oneOf, allOf
/// and local references; what it does not understand it does not honour.
[[nodiscard]] std::string schema_example(const nlohmann::json& schema, std::uint64_t seed);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
