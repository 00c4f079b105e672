// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "json.h"
#include "options.h"
#include "vllm_client/error.h"

namespace vllm_client::cli {

/// The program's two ends: results on standard output, everything else on standard error. Both are
/// written at once, so that nothing is lost however the program ends. One thread.
class Console {
 public:
    explicit Console(const CommonOptions& options);

    /// Writes part of a result. False once standard output is closed: then stop working.
    /// On a terminal, control characters are made visible instead of being obeyed.
    bool print(std::string_view text);
    /// Ends the line that print() began, if it began one.
    bool end_line();
    /// Writes one line of JSON.
    bool print_json(const Json& value);
    /// Writes bytes untouched.
    bool print_bytes(std::string_view bytes);

    /// A remark for people. Silent with --quiet.
    void note(std::string_view line);
    /// The model's reasoning as it comes: shown only to people watching.
    void reasoning(std::string_view text);
    /// The prompt of an interactive session.
    void prompt();
    /// Reports a failure in one line, with a hint, and gives its exit code.
    int fail(const Error& error);

    /// The exit code in the end: a reader who left early is no failure, a full disk is one.
    [[nodiscard]] int finish(int code);
    [[nodiscard]] bool json() const noexcept { return json_; }
    [[nodiscard]] bool closed() const noexcept { return write_error_ != 0; }

 private:
    void remark(std::string_view style, std::string_view text);

    bool json_;
    bool quiet_;
    bool stdout_is_terminal_;
    bool stderr_is_terminal_;
    bool color_;
    bool mid_line_{false};       // the last result byte was not a line break
    bool mid_reasoning_{false};  // reasoning was shown and its line not ended
    int write_error_{0};
};

}  // namespace vllm_client::cli
