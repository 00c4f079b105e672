// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace vllm_client::support {

/// A fresh directory that only this user can read, removed with all it holds on destruction.
class TemporaryDirectory {
 public:
    /// Throws std::system_error if the directory cannot be made.
    TemporaryDirectory();
    ~TemporaryDirectory();

    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
    std::filesystem::path path_;
};

}  // namespace vllm_client::support
