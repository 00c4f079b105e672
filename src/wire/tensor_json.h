// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "vllm_client/tensor_encoding.h"
#include "wire/json_reader.h"

// Numbers as JSON carries them. For use inside read_json(): everything here throws DecodeFailure.
namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// A component; null, as servers write what is not a number, reads as NaN.
[[nodiscard]] float read_component(ondemand::value value);
/// The same in double precision, for scores.
[[nodiscard]] double read_score(ondemand::value value);

/// Appends a list of components.
void append_components(std::vector<float>& to, ondemand::value list);

/// Appends the numbers that a string holds in base64.
void append_base64(std::vector<float>& to, ondemand::value text, EmbedDtype dtype,
                   Endianness endianness);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
