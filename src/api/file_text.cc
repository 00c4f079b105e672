// SPDX-License-Identifier: Apache-2.0
#include "api/file_text.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

#include "transport/header_check.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::api {
namespace {

struct FileCloser {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

Error cannot_read(const std::string& path, std::string_view field, std::string_view why,
                  ErrorKind kind = ErrorKind::config) {
    std::string message(field);
    message += ": cannot read file " + path + ": ";
    message += why;
    return Error{.kind = kind, .message = std::move(message), .phase = Phase::validate};
}

std::string reason(int code) {
    return std::generic_category().message(code);
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t most, std::string_view field,
                              ErrorKind too_large) {
    // A path with a NUL would name another file.
    if (transport::has_control(path)) {
        return Error{.kind = ErrorKind::config,
                     .message = std::string(field) + " has control characters",
                     .phase = Phase::validate};
    }
    const std::unique_ptr<std::FILE, FileCloser> file(std::fopen(path.c_str(), "rbe"));
    if (!file) return cannot_read(path, field, reason(errno));
    std::string text;
    std::array<char, 16384> part;
    for (;;) {
        const std::size_t size = std::fread(part.data(), 1, part.size(), file.get());
        if (size == 0) break;
        text.append(part.data(), size);
        if (text.size() > most) {
            return cannot_read(path, field, "larger than " + std::to_string(most) + " bytes",
                               too_large);
        }
    }
    if (std::ferror(file.get()) != 0) return cannot_read(path, field, reason(errno));
    return text;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api
