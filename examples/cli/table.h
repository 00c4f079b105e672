// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace vllm_client::cli {

/// Rows of cells as left-aligned columns, one line a row.
[[nodiscard]] std::string table(const std::vector<std::vector<std::string>>& rows);

}  // namespace vllm_client::cli
