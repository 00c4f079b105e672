// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <variant>

#include "options.h"

namespace vllm_client::cli {

struct CommandLine {
    CommonOptions common{};
    Command command{};
};

/// The parsed command line, or the exit code of a run that is already over: help and version were
/// printed (0), or a usage error was (2).
[[nodiscard]] std::variant<CommandLine, int> parse_command_line(int argc, const char* const* argv);

}  // namespace vllm_client::cli
