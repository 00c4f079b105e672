// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

#include <utility>

namespace vllm_client::support {

/// Owns one POSIX file descriptor and closes it. Not for sharing between threads.
class FileDescriptor {
 public:
    FileDescriptor() = default;
    /// Takes ownership of `value`; a negative value means "none".
    explicit FileDescriptor(int value) noexcept : value_(value) {}
    ~FileDescriptor() { reset(); }

    FileDescriptor(FileDescriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept {
        if (this != &other) {
            reset();
            value_ = std::exchange(other.value_, -1);
        }
        return *this;
    }
    FileDescriptor(const FileDescriptor&) = delete;
    FileDescriptor& operator=(const FileDescriptor&) = delete;

    [[nodiscard]] int get() const noexcept { return value_; }
    [[nodiscard]] bool valid() const noexcept { return value_ >= 0; }

    /// Closes now; does nothing when there is nothing to close.
    void reset() noexcept {
        if (value_ >= 0) ::close(std::exchange(value_, -1));
    }

 private:
    int value_ = -1;
};

}  // namespace vllm_client::support
