// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "wire/json_reader.h"

// Readers for use inside read_json().
namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// An object that is both kept as it is and read.
struct RawObject {
    std::string_view json{};  ///< All of it, every byte checked.
    ondemand::object members{};
};

/// The object in `value`, its members still to be read. Throws a DecodeFailure if it is none.
[[nodiscard]] RawObject read_raw_object(ondemand::value value);

/// Null reads as unset.
[[nodiscard]] std::optional<std::int64_t> read_optional_integer(ondemand::value value);
[[nodiscard]] std::optional<double> read_optional_real(ondemand::value value);
[[nodiscard]] std::optional<bool> read_optional_flag(ondemand::value value);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
