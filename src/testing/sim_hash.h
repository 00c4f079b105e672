// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// A well-spread 64-bit value for each 64-bit value (the finaliser of splitmix64). All that looks
/// random in the simulator is a function of the request through this.
[[nodiscard]] constexpr std::uint64_t mixed(std::uint64_t value) noexcept {
    value += 0x9E3779B97F4A7C15U;
    value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9U;
    value = (value ^ (value >> 27U)) * 0x94D049BB133111EBU;
    return value ^ (value >> 31U);
}

/// `seed` and `value` as one value.
[[nodiscard]] constexpr std::uint64_t mixed(std::uint64_t seed, std::uint64_t value) noexcept {
    return mixed(mixed(seed) ^ value);
}

/// FNV-1a, mixed.
[[nodiscard]] constexpr std::uint64_t hash_of(std::string_view text) noexcept {
    std::uint64_t hash = 0xCBF29CE484222325U;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
    return mixed(hash);
}

/// Uniform in [0, 1).
[[nodiscard]] constexpr double unit_interval(std::uint64_t value) noexcept {
    return static_cast<double>(value >> 11U) * 0x1.0p-53;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
