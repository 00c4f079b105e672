// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <variant>

#include "vllm_client/export.h"
#include "vllm_client/result.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

/// Where the bytes of a file come from: a path, memory, or a function that gives them piece by
/// piece. A value; nothing is opened or called before the request that uses it is made, and then on
/// the thread that makes it.
class FileSource {
 public:
    /// Gives the next bytes, at most `at_most` of them; none at the end. An error ends the request.
    /// Called until it gives none, so one that forgets where it was can be used once only.
    using Reader = std::function<Result<std::string>(std::size_t at_most)>;

    /// Nothing: a request that needs a file is then refused.
    FileSource() = default;
    /// A file of this machine. `name` is what the server is told; default: the last part of `path`.
    [[nodiscard]] static VLLM_CLIENT_EXPORT FileSource from_path(std::string path,
                                                                 std::string name = {});
    /// Bytes in memory.
    [[nodiscard]] static VLLM_CLIENT_EXPORT FileSource from_memory(std::string bytes,
                                                                   std::string name);
    /// Bytes that come from `reader`, e.g. from an archive or a device.
    [[nodiscard]] static VLLM_CLIENT_EXPORT FileSource from_reader(Reader reader, std::string name);

    [[nodiscard]] bool empty() const noexcept { return source_.index() == 0; }
    /// Name for the server, e.g. "speech.wav".
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    /// Everything, in memory. Errors: `config` if there is no such file or it cannot be read (also
    /// if a reader throws), `limit` above `most` bytes, `resource` if memory does not suffice, or
    /// the reader's own.
    [[nodiscard]] VLLM_CLIENT_EXPORT Result<std::string> read(std::size_t most) const;

 private:
    struct Path {
        std::string path{};
    };
    using Source = std::variant<std::monostate, Path, std::string, Reader>;

    FileSource(Source source, std::string name)
        : source_(std::move(source)), name_(std::move(name)) {}

    Source source_{};
    std::string name_{};
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
