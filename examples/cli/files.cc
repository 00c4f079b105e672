// SPDX-License-Identifier: Apache-2.0
#include "files.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <sstream>
#include <system_error>

#include "exit_code.h"

namespace vllm_client::cli {
namespace {

struct FileCloser {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

Error unreadable(const std::string& path, int reason) {
    return usage_error("cannot read '" + path + "': " + std::generic_category().message(reason));
}

Result<std::string> read_all(std::FILE* file, const std::string& path) {
    std::string text;
    std::array<char, 16384> block{};
    while (const auto count = std::fread(block.data(), 1, block.size(), file)) {
        text.append(block.data(), count);
    }
    if (std::ferror(file) != 0) return unreadable(path, errno);
    return text;
}

std::string trimmed(const std::string& text) {
    constexpr const char* blank = " \t\r\n";
    const auto begin = text.find_first_not_of(blank);
    if (begin == std::string::npos) return {};
    return text.substr(begin, text.find_last_not_of(blank) - begin + 1);
}

}  // namespace

Result<std::string> read_file(const std::string& path) {
    if (path == "-") return read_all(stdin, "standard input");
    const std::unique_ptr<std::FILE, FileCloser> file(std::fopen(path.c_str(), "rb"));
    if (!file) return unreadable(path, errno);
    return read_all(file.get(), path);
}

Result<std::vector<std::string>> read_texts(const TextInput& input) {
    if (!input.texts.empty()) return input.texts;
    auto text = read_file(input.file.empty() ? "-" : input.file);
    if (!text) return text.error();
    std::vector<std::string> lines;
    std::istringstream in(*std::move(text));
    for (std::string line; std::getline(in, line);) {
        if (!line.empty() && line.back() == '\r') line.pop_back();
        lines.push_back(std::move(line));
    }
    if (lines.empty()) return usage_error("there is no text: name some, or pipe it in");
    return lines;
}

Result<std::string> read_api_key(const CommonOptions& options) {
    if (options.api_key_file.empty()) return options.api_key;
    auto text = read_file(options.api_key_file);
    if (!text) return text;
    std::string key = trimmed(*text);
    if (key.empty()) return usage_error("the key file '" + options.api_key_file + "' is empty");
    return key;
}

}  // namespace vllm_client::cli
