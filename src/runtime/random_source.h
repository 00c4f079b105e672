// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::runtime {

/// Where chance comes from. Thread-safe. Not for secrets. With a fixed seed the sequence is fixed.
class RandomSource {
 public:
    /// Seeds from the operating system.
    RandomSource();
    explicit RandomSource(std::uint64_t seed) : state_(seed) {}

    /// 64 random bits.
    [[nodiscard]] std::uint64_t next() noexcept;
    /// 32 lower-case hex digits, for request ids.
    [[nodiscard]] std::string hex_id();

 private:
    std::atomic<std::uint64_t> state_;  // SplitMix64 counter; any thread, order does not matter
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::runtime
