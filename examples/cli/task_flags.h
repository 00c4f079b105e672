// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "options.h"

namespace vllm_client::cli {

/// The commands beyond chat and embeddings, as the flags fill them.
struct TaskCommands {
    ScoreCommand score{};
    RerankCommand rerank{};
    ClassifyCommand classify{};
    TranscribeCommand transcribe{};
    LoraCommand lora{};
};

/// Texts as arguments, else the lines of a file.
void add_text_input(CLI::App& command, TextInput& input);

/// Adds their subcommands. `add` makes one by name and description, and calls `chosen` when it is
/// the command of this run. `commands` must outlive the parser.
void add_task_commands(TaskCommands& commands,
                       const std::function<CLI::App&(const char* name, const char* description,
                                                     std::function<Command()> chosen)>& add);

}  // namespace vllm_client::cli
