// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "commands.h"

namespace vllm_client::cli {

/// Hands prompts to `answer` until there are no more: the one of --quick, else each line of
/// standard input, asked for at a terminal. `answer` gives an exit code; the first that is not 0
/// ends a run that nobody sits in front of.
[[nodiscard]] int for_each_prompt(const std::optional<std::string>& quick, Session& session,
                                  const std::function<int(std::string)>& answer);

}  // namespace vllm_client::cli
