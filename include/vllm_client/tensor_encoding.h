// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "vllm_client/version.h"

// How the numbers of a pooling or embedding reply travel. Whatever is chosen, the typed reply holds
// float32: the choice decides size, cost and precision of the transfer.
namespace vllm_client::inline VLLM_CLIENT_ABI {

/// Form of the reply. Source: `encoding_format`.
enum class EncodingFormat : std::uint8_t {
    base64,      ///< JSON with the numbers as base64: exact, some 20 times cheaper to read.
    float_list,  ///< JSON with lists of numbers.
    /// The numbers alone in the body, their places in the response header `metadata`: the smallest
    /// and cheapest. At most 700 inputs at once (`config`), for that header has to stay below 100
    /// KiB.
    bytes,
    bytes_only,  ///< The numbers alone: no ids, no usage, no shapes.
};

/// Type in which the numbers travel, in all forms but `float_list`. Source: `embed_dtype`.
enum class EmbedDtype : std::uint8_t {
    float32,
    float16,
    bfloat16,
    fp8_e4m3,  ///< Largest value 448; no infinities.
    fp8_e5m2,  ///< Largest value 57,344.
};

/// Order of the bytes of a number that travels. Source: `endianness`.
enum class Endianness : std::uint8_t {
    native,  ///< The server's own, taken for little-endian.
    little,
    big,
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
