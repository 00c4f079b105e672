// SPDX-License-Identifier: Apache-2.0
#include "wire/tensor_values.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace vllm_client::wire {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

std::vector<float> decoded(const std::vector<std::uint8_t>& bytes, EmbedDtype dtype,
                           Endianness endianness) {
    std::vector<float> values(bytes.size() / width_of(dtype));
    decode_values(values, std::as_bytes(std::span(bytes)), dtype, endianness);
    return values;
}

std::vector<std::uint8_t> words(const std::vector<std::uint16_t>& values, Endianness endianness) {
    std::vector<std::uint8_t> bytes;
    for (const std::uint16_t value : values) {
        const auto high = static_cast<std::uint8_t>(value >> 8);
        const auto low = static_cast<std::uint8_t>(value & 0xFF);
        bytes.push_back(endianness == Endianness::big ? high : low);
        bytes.push_back(endianness == Endianness::big ? low : high);
    }
    return bytes;
}

/// What the standards say, by arithmetic: `mantissa_bits` and a bias; all exponent bits set mean
/// infinity or NaN.
float by_definition(std::uint32_t bits, int width, int mantissa_bits, int bias) {
    const auto mantissa = static_cast<float>(bits & ((1U << mantissa_bits) - 1));
    const int exponent_bits = width - 1 - mantissa_bits;
    const auto exponent = static_cast<int>((bits >> mantissa_bits) & ((1U << exponent_bits) - 1));
    const float sign = (bits >> (width - 1)) != 0 ? -1.0F : 1.0F;
    if (exponent == (1 << exponent_bits) - 1) {
        return mantissa == 0 ? sign * infinity : std::numeric_limits<float>::quiet_NaN();
    }
    if (exponent == 0) return sign * std::ldexp(mantissa, 1 - bias - mantissa_bits);
    const float whole = mantissa + std::ldexp(1.0F, mantissa_bits);
    return sign * std::ldexp(whole, exponent - bias - mantissa_bits);
}

/// The same number, zeros by sign, any NaN for any.
::testing::AssertionResult same(float a, float b) {
    if (std::isnan(a) && std::isnan(b)) return ::testing::AssertionSuccess();
    if (std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b)) {
        return ::testing::AssertionSuccess();
    }
    return ::testing::AssertionFailure() << a << " is not " << b;
}

std::vector<std::uint16_t> all_words() {
    std::vector<std::uint16_t> all(65536);
    for (std::size_t i = 0; i < all.size(); ++i)
        all[i] = static_cast<std::uint16_t>(i);
    return all;
}

TEST(TensorValues, EveryFloat16IsExactInBothOrders) {
    const auto all = all_words();
    for (const Endianness order : {Endianness::native, Endianness::little, Endianness::big}) {
        const auto values = decoded(words(all, order), EmbedDtype::float16, order);
        for (std::size_t i = 0; i < values.size(); ++i)
            ASSERT_TRUE(same(values[i], by_definition(all[i], 16, 10, 15))) << i;
    }
}

TEST(TensorValues, EveryBfloat16IsExactInBothOrders) {
    const auto all = all_words();
    for (const Endianness order : {Endianness::little, Endianness::big}) {
        const auto values = decoded(words(all, order), EmbedDtype::bfloat16, order);
        for (std::size_t i = 0; i < values.size(); ++i)
            ASSERT_TRUE(same(values[i], by_definition(all[i], 16, 7, 127))) << i;
    }
}

TEST(TensorValues, EveryFp8IsExactWhateverTheOrder) {
    std::vector<std::uint8_t> all(256);
    for (std::size_t i = 0; i < all.size(); ++i)
        all[i] = static_cast<std::uint8_t>(i);
    for (const Endianness order : {Endianness::little, Endianness::big}) {
        const auto e4m3 = decoded(all, EmbedDtype::fp8_e4m3, order);
        const auto e5m2 = decoded(all, EmbedDtype::fp8_e5m2, order);
        for (std::size_t i = 0; i < all.size(); ++i) {
            ASSERT_TRUE(same(e5m2[i], by_definition(all[i], 8, 2, 15))) << i;
            // No infinities: the largest exponent is an ordinary one but for all ones.
            const auto low = static_cast<std::uint32_t>(i & 0x7F);
            const float magnitude = low >= 0x78 ? std::ldexp(static_cast<float>(8 + (low & 7)), 5)
                                                : by_definition(low, 8, 3, 7);
            const float value = i >= 128 ? -magnitude : magnitude;
            ASSERT_TRUE(same(e4m3[i], low == 0x7F ? NAN : value)) << i;
        }
    }
}

TEST(TensorValues, SpecialValuesOfTheNarrowTypes) {
    EXPECT_EQ(decoded({0x38, 0xB8, 0x7E, 0x01, 0x08}, EmbedDtype::fp8_e4m3, Endianness::little),
              (std::vector<float>{1, -1, 448, 0.001953125F, 0.015625F}));
    EXPECT_EQ(decoded({0x3C, 0xBC, 0x7B, 0x7C, 0xFC}, EmbedDtype::fp8_e5m2, Endianness::little),
              (std::vector<float>{1, -1, 57344, infinity, -infinity}));
    EXPECT_EQ(decoded({0x3C, 0x00, 0x7B, 0xFF, 0x00, 0x01, 0x04, 0x00, 0xFC, 0x00},
                      EmbedDtype::float16, Endianness::big),
              (std::vector<float>{1, 65504, 0x1p-24F, 0x1p-14F, -infinity}));
    EXPECT_TRUE(std::signbit(decoded({0x80}, EmbedDtype::fp8_e4m3, Endianness::little)[0]));
    EXPECT_TRUE(std::isnan(decoded({0xFF}, EmbedDtype::fp8_e4m3, Endianness::little)[0]));
}

TEST(TensorValues, Float32InBothOrders) {
    const std::vector<std::uint8_t> little{0x00, 0x00, 0xC0, 0x3F, 0x01, 0x00, 0x00, 0x80};
    const std::vector<std::uint8_t> big{0x3F, 0xC0, 0x00, 0x00, 0x80, 0x00, 0x00, 0x01};
    const std::vector<float> expected{1.5F, -0x1p-149F};
    EXPECT_EQ(decoded(little, EmbedDtype::float32, Endianness::little), expected);
    EXPECT_EQ(decoded(little, EmbedDtype::float32, Endianness::native), expected);
    EXPECT_EQ(decoded(big, EmbedDtype::float32, Endianness::big), expected);
}

// One vector of a real server, in all types: they agree as far as each type goes.
TEST(TensorValues, RecordedTypesAgree) {
    const std::vector<float> exact{-0.06275291F, 0.05504893F, 0.05216015F, 0.08578212F};
    const auto near = [&exact](const std::vector<float>& values, float precision) {
        ASSERT_EQ(values.size(), exact.size());
        for (std::size_t i = 0; i < exact.size(); ++i)
            EXPECT_NEAR(values[i], exact[i], std::abs(exact[i]) * precision) << i;
    };
    near(decoded({0x04, 0xAC, 0x0C, 0x2B, 0xAD, 0x2A, 0x7D, 0x2D}, EmbedDtype::float16,
                 Endianness::little),
         0x1p-11F);
    near(decoded({0xBD, 0x81, 0x3D, 0x61, 0x3D, 0x56, 0x3D, 0xB0}, EmbedDtype::bfloat16,
                 Endianness::big),
         0x1p-8F);
    near(decoded({0x98, 0x16, 0x15, 0x1B}, EmbedDtype::fp8_e4m3, Endianness::native), 0x1p-4F);
    near(decoded({0xAC, 0x2B, 0x2B, 0x2D}, EmbedDtype::fp8_e5m2, Endianness::native), 0x1p-3F);
}

TEST(TensorValues, WordsAreTheServers) {
    EXPECT_EQ(word_of(EncodingFormat::float_list), "float");
    EXPECT_EQ(word_of(EncodingFormat::base64), "base64");
    EXPECT_EQ(word_of(EncodingFormat::bytes), "bytes");
    EXPECT_EQ(word_of(EncodingFormat::bytes_only), "bytes_only");
    for (const EmbedDtype dtype : {EmbedDtype::float32, EmbedDtype::float16, EmbedDtype::bfloat16,
                                   EmbedDtype::fp8_e4m3, EmbedDtype::fp8_e5m2}) {
        EXPECT_EQ(dtype_from(word_of(dtype)), dtype);
    }
    for (const Endianness order : {Endianness::native, Endianness::little, Endianness::big})
        EXPECT_EQ(endianness_from(word_of(order)), order);
    EXPECT_EQ(dtype_from("float64"), std::nullopt);
    EXPECT_EQ(endianness_from(""), std::nullopt);
}

TEST(TensorValues, NothingIsNothing) {
    EXPECT_TRUE(decoded({}, EmbedDtype::float32, Endianness::big).empty());
    EXPECT_TRUE(decoded({}, EmbedDtype::float16, Endianness::big).empty());
}

}  // namespace
}  // namespace vllm_client::wire
