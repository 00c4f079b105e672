// SPDX-License-Identifier: Apache-2.0
#include "wire/tensor_values.h"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>
#include <utility>

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

static_assert(sizeof(float) == 4 && std::numeric_limits<float>::is_iec559);

constexpr std::array<std::pair<EmbedDtype, std::string_view>, 5> dtypes{{
    {EmbedDtype::float32, "float32"},
    {EmbedDtype::float16, "float16"},
    {EmbedDtype::bfloat16, "bfloat16"},
    {EmbedDtype::fp8_e4m3, "fp8_e4m3"},
    {EmbedDtype::fp8_e5m2, "fp8_e5m2"},
}};
constexpr std::array<std::pair<Endianness, std::string_view>, 3> orders{{
    {Endianness::native, "native"},
    {Endianness::little, "little"},
    {Endianness::big, "big"},
}};

template <class Table, class Value>
std::string_view find_word(const Table& table, Value value) {
    for (const auto& [known, word] : table) {
        if (known == value) return word;
    }
    return {};
}

template <class Value, std::size_t size>
std::optional<Value> find_value(const std::array<std::pair<Value, std::string_view>, size>& table,
                                std::string_view word) {
    for (const auto& [value, known] : table) {
        if (known == word) return value;
    }
    return std::nullopt;
}

bool is_foreign(Endianness endianness) {
    const bool big = endianness == Endianness::big;
    return big != (std::endian::native == std::endian::big);
}

// Without branches, so that loops over it become vector code.
constexpr float from_half(std::uint16_t half) {
    constexpr std::uint32_t smallest_normal = 113U << 23;  // 2^-14
    const std::uint32_t sign = (half & 0x8000U) << 16;
    const std::uint32_t magnitude = (half & 0x7FFFU) << 13;
    const std::uint32_t exponent = half & 0x7C00U;
    // No step of this is subnormal, so it holds for programs that flush those to zero.
    const float subnormal =
        std::bit_cast<float>(smallest_normal + magnitude) - std::bit_cast<float>(smallest_normal);
    const std::uint32_t normal = magnitude + ((127U - 15U) << 23);
    const std::uint32_t special = magnitude + ((255U - 31U) << 23);  // infinity, NaN
    const std::uint32_t finite = exponent == 0 ? std::bit_cast<std::uint32_t>(subnormal) : normal;
    return std::bit_cast<float>(sign | (exponent == 0x7C00U ? special : finite));
}

constexpr float from_brain(std::uint16_t bits) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

// The form without infinities: all ones is NaN, everything else a number.
constexpr float from_e4m3(std::uint8_t bits) {
    const std::uint32_t sign = (bits & 0x80U) << 24;
    const std::uint32_t exponent = (bits >> 3) & 15U;
    const std::uint32_t mantissa = bits & 7U;
    if ((bits & 0x7FU) == 0x7FU) return std::bit_cast<float>(sign | 0x7FC00000U);
    if (exponent == 0) {
        const float magnitude = static_cast<float>(mantissa) / 512.0F;
        return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(magnitude));
    }
    return std::bit_cast<float>(sign | ((exponent + 127U - 7U) << 23) | (mantissa << 20));
}

using Bytes = std::array<float, 256>;

constexpr Bytes e4m3 = [] {
    Bytes table{};
    for (std::size_t i = 0; i < table.size(); ++i)
        table[i] = from_e4m3(static_cast<std::uint8_t>(i));
    return table;
}();

constexpr Bytes e5m2 = [] {  // the upper half of a float16
    Bytes table{};
    for (std::size_t i = 0; i < table.size(); ++i)
        table[i] = from_half(static_cast<std::uint16_t>(i << 8));
    return table;
}();

template <bool swapped, class Convert>
void decode_words(std::span<float> to, const std::byte* from, Convert convert) {
    for (std::size_t i = 0; i < to.size(); ++i) {
        std::uint16_t word = 0;
        std::memcpy(&word, from + 2 * i, sizeof word);
        if constexpr (swapped) word = static_cast<std::uint16_t>((word << 8) | (word >> 8));
        to[i] = convert(word);
    }
}

template <class Convert>
void decode_words(std::span<float> to, const std::byte* from, Endianness endianness,
                  Convert convert) {
    if (is_foreign(endianness)) return decode_words<true>(to, from, convert);
    decode_words<false>(to, from, convert);
}

void decode_bytes(std::span<float> to, const std::byte* from, const Bytes& table) {
    for (std::size_t i = 0; i < to.size(); ++i)
        to[i] = table[std::to_integer<std::size_t>(from[i])];
}

}  // namespace

std::string_view word_of(EncodingFormat format) noexcept {
    switch (format) {
        case EncodingFormat::base64:
            return "base64";
        case EncodingFormat::float_list:
            return "float";
        case EncodingFormat::bytes:
            return "bytes";
        case EncodingFormat::bytes_only:
            break;
    }
    return "bytes_only";
}

std::string_view word_of(EmbedDtype dtype) noexcept {
    return find_word(dtypes, dtype);
}

std::string_view word_of(Endianness endianness) noexcept {
    return find_word(orders, endianness);
}

std::optional<EmbedDtype> dtype_from(std::string_view word) noexcept {
    return find_value(dtypes, word);
}

std::optional<Endianness> endianness_from(std::string_view word) noexcept {
    return find_value(orders, word);
}

std::size_t width_of(EmbedDtype dtype) noexcept {
    switch (dtype) {
        case EmbedDtype::float32:
            return 4;
        case EmbedDtype::float16:
        case EmbedDtype::bfloat16:
            return 2;
        case EmbedDtype::fp8_e4m3:
        case EmbedDtype::fp8_e5m2:
            break;
    }
    return 1;
}

void decode_values(std::span<float> to, std::span<const std::byte> bytes, EmbedDtype dtype,
                   Endianness endianness) noexcept {
    if (to.empty()) return;
    switch (dtype) {
        case EmbedDtype::float32:
            std::memcpy(to.data(), bytes.data(), to.size_bytes());
            return to_native_order(to, endianness);
        case EmbedDtype::float16:
            return decode_words(to, bytes.data(), endianness, from_half);
        case EmbedDtype::bfloat16:
            return decode_words(to, bytes.data(), endianness, from_brain);
        case EmbedDtype::fp8_e4m3:
            return decode_bytes(to, bytes.data(), e4m3);
        case EmbedDtype::fp8_e5m2:
            return decode_bytes(to, bytes.data(), e5m2);
    }
}

void to_native_order(std::span<float> values, Endianness endianness) noexcept {
    if (!is_foreign(endianness)) return;
    for (float& value : values)
        value = std::bit_cast<float>(__builtin_bswap32(std::bit_cast<std::uint32_t>(value)));
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
