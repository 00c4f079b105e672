// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

#include <utility>

#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::transport {

/// Owns one file descriptor and closes it; negative means none.
class Descriptor {
 public:
    explicit Descriptor(int fd) noexcept : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&&) = delete;
    [[nodiscard]] int get() const noexcept { return fd_; }

 private:
    int fd_;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::transport
