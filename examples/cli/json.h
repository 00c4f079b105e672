// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace vllm_client::cli {

/// Results for machines; fields keep the order in which they were set.
using Json = nlohmann::ordered_json;

/// One line. What is not UTF-8 is replaced, so that the line always parses.
template <class J>
[[nodiscard]] std::string dump(const J& value) {
    return value.dump(-1, ' ', false, J::error_handler_t::replace);
}

}  // namespace vllm_client::cli
