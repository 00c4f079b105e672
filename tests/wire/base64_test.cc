// SPDX-License-Identifier: Apache-2.0
#include "wire/base64.h"

#include <gtest/gtest.h>

#include <random>

namespace vllm_client::wire {
namespace {

std::string encoded(const std::string& bytes) {
    return encode_base64(std::as_bytes(std::span(bytes)));
}

TEST(Base64, KnowsTheVectorsOfTheRfc) {
    const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                           {"f", "Zg=="},
                                                           {"fo", "Zm8="},
                                                           {"foo", "Zm9v"},
                                                           {"foob", "Zm9vYg=="},
                                                           {"fooba", "Zm9vYmE="},
                                                           {"foobar", "Zm9vYmFy"}};
    for (const auto& [bytes, text] : vectors) {
        EXPECT_EQ(encoded(bytes), text);
        EXPECT_EQ(decode_base64(text), bytes);
    }
}

TEST(Base64, RoundTripsEveryByteAtEveryLength) {
    std::mt19937 random(1);
    std::string bytes;
    for (std::size_t size = 0; size < 300; ++size) {
        EXPECT_EQ(decode_base64(encoded(bytes)), bytes) << size;
        bytes.push_back(static_cast<char>(random()));
    }
}

TEST(Base64, RefusesEveryOtherCharacterAtEveryPlace) {
    const std::string good = encoded(std::string(27, 'x'));
    const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t place = 0; place < good.size(); ++place) {
        for (int c = 0; c < 256; ++c) {
            std::string text = good;
            text[place] = static_cast<char>(c);
            const bool known = alphabet.find(text[place]) != std::string::npos;
            const bool padding = c == '=' && place == good.size() - 1;
            if (padding) continue;  // "…x=" may be whole or have stray bits; tested below
            EXPECT_EQ(decode_base64(text).has_value(), known) << place << ' ' << c;
        }
    }
}

TEST(Base64, RefusesWrongLengthsAndPadding) {
    for (const char* text : {"Z", "Zg", "Zg=", "Zg===", "Zm9vY", "=", "==", "====", "Z===",
                             "Zg==Zg==", "Zm=v", "Zm8=Zm9v", "Zm9v\n", " Zm9", "Zm-_"}) {
        EXPECT_EQ(decode_base64(text), std::nullopt) << text;
    }
}

TEST(Base64, RefusesStrayBits) {
    EXPECT_EQ(decode_base64("Zh=="), std::nullopt);
    EXPECT_EQ(decode_base64("Zm9="), std::nullopt);
}

TEST(Base64, DestinationMustFit) {
    std::string bytes(4, '\0');
    EXPECT_FALSE(decode_base64_into(std::as_writable_bytes(std::span(bytes)), "Zm9v"));
    EXPECT_EQ(base64_decoded_size("Zm9v"), 3u);
    EXPECT_EQ(base64_decoded_size("Zg=="), 1u);
    EXPECT_EQ(base64_decoded_size("Zg="), std::nullopt);
}

}  // namespace
}  // namespace vllm_client::wire
