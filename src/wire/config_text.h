// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "vllm_client/result.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// A value of a config file, as a small tree.
struct ConfigValue {
    enum class Kind : std::uint8_t { null, boolean, number, text, list, object };

    Kind kind{Kind::null};
    bool flag{false};                  ///< Of a boolean.
    double number{0};                  ///< Of a number.
    std::string text{};                ///< Of a text, unescaped; may hold any character.
    std::vector<ConfigValue> items{};  ///< Of a list.
    /// Of an object, in order; names as they stand in the JSON, escapes included, each only once.
    std::vector<std::pair<std::string, ConfigValue>> members{};
};

/// Reads a JSON object (RFC 8259, a byte order mark allowed), for files of a moderate size.
/// Anything else is a `config` error that says where and what, and holds no value of the file.
[[nodiscard]] Result<ConfigValue> read_config_text(std::string json);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
