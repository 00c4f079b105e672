// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "options.h"
#include "vllm_client/result.h"

namespace vllm_client::cli {

/// The whole of a file; "-" is standard input.
[[nodiscard]] Result<std::string> read_file(const std::string& path);
/// The texts a command works on: its arguments, or the lines of its file or of standard input.
[[nodiscard]] Result<std::vector<std::string>> read_texts(const TextInput& input);
/// The key from --api-key or --api-key-file; empty if neither was given.
[[nodiscard]] Result<std::string> read_api_key(const CommonOptions& options);

}  // namespace vllm_client::cli
