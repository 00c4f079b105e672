// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <variant>

#include "command_line.h"
#include "commands.h"

int main(int argc, char** argv) {
    using namespace vllm_client::cli;

    const auto parsed = parse_command_line(argc, argv);
    if (const int* code = std::get_if<int>(&parsed)) return *code;
    const auto& line = std::get<CommandLine>(parsed);

    std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is met where it is written to
    Interrupt interrupt;            // before any other thread
    Console console(line.common);
    Session session{.options = line.common, .console = console, .interrupt = interrupt};
    const int code =
        std::visit([&](const auto& command) { return run(command, session); }, line.command);
    return console.finish(code);
}
