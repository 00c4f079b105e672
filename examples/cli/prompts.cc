// SPDX-License-Identifier: Apache-2.0
#include "prompts.h"

#include <unistd.h>

#include <iostream>
#include <utility>

#include "exit_code.h"
#include "files.h"

namespace vllm_client::cli {
namespace {

int answer_quick(const std::string& quick, Console& console,
                 const std::function<int(std::string)>& answer) {
    if (quick != "-") return answer(quick);
    auto text = read_file("-");
    return text ? answer(*std::move(text)) : console.fail(text.error());
}

}  // namespace

int for_each_prompt(const std::optional<std::string>& quick, Session& session,
                    const std::function<int(std::string)>& answer) {
    Console& console = session.console;
    if (quick) return answer_quick(*quick, console, answer);

    const bool interactive = ::isatty(STDIN_FILENO) == 1;
    if (interactive) console.note("Ctrl-C stops an answer, Ctrl-D ends.");
    std::string line;
    while (!console.closed()) {
        if (interactive) console.prompt();
        if (!std::getline(std::cin, line)) break;
        if (line.empty()) continue;
        const int code = answer(std::exchange(line, {}));
        if (code != exit_success && !interactive) return code;
    }
    return exit_success;
}

}  // namespace vllm_client::cli
