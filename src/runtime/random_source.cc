// SPDX-License-Identifier: Apache-2.0
#include "runtime/random_source.h"

#include <random>

namespace vllm_client::inline VLLM_CLIENT_ABI::runtime {

RandomSource::RandomSource() {
    std::random_device device;
    state_ = (static_cast<std::uint64_t>(device()) << 32) ^ device();
}

std::uint64_t RandomSource::next() noexcept {
    // SplitMix64 (Steele, Lea, Flood 2014): one atomic addition, then mixing.
    std::uint64_t z = state_.fetch_add(0x9E3779B97F4A7C15ULL, std::memory_order_relaxed);
    z += 0x9E3779B97F4A7C15ULL;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}

std::string RandomSource::hex_id() {
    static constexpr char digits[] = "0123456789abcdef";
    std::string id(32, '0');
    for (std::size_t half = 0; half < 2; ++half) {
        std::uint64_t bits = next();
        for (std::size_t i = 0; i < 16; ++i, bits >>= 4)
            id[half * 16 + i] = digits[bits & 15];
    }
    return id;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::runtime
