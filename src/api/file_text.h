// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "vllm_client/result.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::api {

/// The whole content of a file, pipes included. A `config` error "field: cannot read file PATH:
/// why" if there is none or if it is not ours to read; one of kind `too_large` if it is larger than
/// `most` bytes.
[[nodiscard]] Result<std::string> read_file(const std::string& path, std::size_t most,
                                            std::string_view field,
                                            ErrorKind too_large = ErrorKind::config);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api
