// SPDX-License-Identifier: Apache-2.0
#include "console.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>

#include "exit_code.h"

namespace vllm_client::cli {
namespace {

constexpr std::string_view dim = "\x1b[2m";
constexpr std::string_view bold_green = "\x1b[1;32m";
constexpr std::string_view red = "\x1b[31m";
constexpr std::string_view plain = "\x1b[0m";

/// Writes all bytes; gives errno, 0 for success.
int write_all(int file, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(file, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return errno;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return 0;
}

bool is_set(const char* variable) {
    const char* value = std::getenv(variable);
    return value != nullptr && *value != '\0';
}

bool wants_color(bool terminal, bool refused) {
    if (refused || is_set("NO_COLOR")) return false;
    if (is_set("CLICOLOR_FORCE") && std::string_view(std::getenv("CLICOLOR_FORCE")) != "0") {
        return true;
    }
    const char* term = std::getenv("TERM");
    return terminal && (term == nullptr || std::string_view(term) != "dumb");
}

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == 0x7f || (byte < 0x20 && c != '\n' && c != '\t');
}

/// What a model or a server wrote must not drive the user's terminal.
std::string without_controls(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (is_control(c)) {
            out += "\xef\xbf\xbd";  // U+FFFD
        } else {
            out += c;
        }
    }
    return out;
}

std::string one_line(std::string_view text) {
    std::string out = without_controls(text);
    for (char& c : out) {
        if (c == '\n' || c == '\t') c = ' ';
    }
    return out;
}

}  // namespace

Console::Console(const CommonOptions& options)
    : json_(options.json),
      quiet_(options.quiet),
      stdout_is_terminal_(::isatty(STDOUT_FILENO) == 1),
      stderr_is_terminal_(::isatty(STDERR_FILENO) == 1),
      color_(wants_color(stderr_is_terminal_, options.no_color)) {}

bool Console::print(std::string_view text) {
    if (text.empty()) return !closed();
    if (mid_reasoning_) {
        remark({}, "\n");
        mid_reasoning_ = false;
    }
    mid_line_ = text.back() != '\n';
    return print_bytes(stdout_is_terminal_ ? without_controls(text) : std::string(text));
}

bool Console::end_line() {
    return mid_line_ ? print("\n") : !closed();
}

bool Console::print_json(const Json& value) {
    return print_bytes(dump(value) + '\n');
}

bool Console::print_bytes(std::string_view bytes) {
    if (!closed()) write_error_ = write_all(STDOUT_FILENO, bytes);
    return !closed();
}

void Console::remark(std::string_view style, std::string_view text) {
    std::string line;
    if (color_) line += style;
    line += text;
    if (color_ && !style.empty()) line += plain;
    static_cast<void>(write_all(STDERR_FILENO, line));  // nowhere left to complain to
}

void Console::note(std::string_view line) {
    if (!quiet_) remark(dim, one_line(line) + "\n");
}

void Console::reasoning(std::string_view text) {
    if (text.empty() || quiet_ || !stderr_is_terminal_) return;
    remark(dim, without_controls(text));
    mid_reasoning_ = true;
}

void Console::prompt() {
    if (!quiet_) remark(bold_green, "> ");
}

int Console::fail(const Error& error) {
    const int code = exit_code(error);
    if (code == exit_interrupted) {
        if (!closed()) note("interrupted");  // else we gave up ourselves, nobody was reading
        return code;
    }
    std::string line = "vllm-client: " + error.to_string();
    if (const auto advice = hint(error); !advice.empty()) line += " - " + advice;
    remark(red, one_line(line) + "\n");
    return code;
}

int Console::finish(int code) {
    if (write_error_ == 0) return code;
    if (write_error_ == EPIPE) return exit_success;
    remark(red, "vllm-client: cannot write the result: " +
                    std::generic_category().message(write_error_) + "\n");
    return exit_failure;
}

}  // namespace vllm_client::cli
