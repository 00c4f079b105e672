// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "vllm_client/tensor_encoding.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// What a request leads us to expect of the numbers in its reply.
struct TensorForm {
    EncodingFormat encoding{EncodingFormat::base64};
    EmbedDtype dtype{EmbedDtype::float32};
    Endianness endianness{Endianness::native};
    std::size_t expected{0};    ///< Inputs; 0: not known.
    std::size_t row_length{0};  ///< Numbers a row, where the reply does not tell; 0: not known.
    bool plugin{false};         ///< The reply is what a plugin makes of it.
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
