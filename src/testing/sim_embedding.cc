// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_embedding.h"

#include <cmath>
#include <cstdint>

#include "testing/sim_hash.h"
#include "testing/sim_json_text.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

bool is_word_byte(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z');
}

void add_word(const std::string& word, std::vector<float>& vector) {
    const float weight = word.size() <= 3 ? 0.3F : 1.0F;
    // A direction of its own for each word: in so many dimensions two of them are nearly at right
    // angles. Eight components from each draw.
    std::uint64_t drawn = hash_of(word);
    for (std::size_t i = 0; i < vector.size(); ++i) {
        if (i % 8 == 0) drawn = mixed(drawn);
        const auto byte = static_cast<float>((drawn >> (8 * (i % 8))) & 0xFFU);
        vector[i] += weight * (byte - 127.5F);
    }
}

void normalise(std::vector<float>& vector) {
    float sum = 0;
    for (const float value : vector)
        sum += value * value;
    if (sum == 0) {
        vector[0] = 1;
        return;
    }
    const float scale = 1 / std::sqrt(sum);
    for (float& value : vector)
        value *= scale;
}

}  // namespace

std::vector<float> embedding_of(std::string_view text, int full, int dimensions) {
    std::vector<float> vector(static_cast<std::size_t>(full));
    std::string word;
    for (const char c : text) {
        if (is_word_byte(c)) {
            word += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        } else if (!word.empty()) {
            add_word(word, vector);
            word.clear();
        }
    }
    if (!word.empty()) add_word(word, vector);
    vector.resize(static_cast<std::size_t>(dimensions));
    normalise(vector);
    return vector;
}

void append_floats(std::string& out, std::span<const float> values) {
    out += '[';
    for (const float& value : values) {
        if (&value != values.data()) out += ',';
        append_number(out, static_cast<double>(value));
    }
    out += ']';
}

void append_base64(std::string& out, std::string_view bytes) {
    static constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t left = bytes.size() - i;
        std::uint32_t group = 0;
        for (std::size_t j = 0; j < 3; ++j) {
            group = (group << 8U) | (j < left ? static_cast<unsigned char>(bytes[i + j]) : 0U);
        }
        out += digits[(group >> 18U) & 63U];
        out += digits[(group >> 12U) & 63U];
        out += left > 1 ? digits[(group >> 6U) & 63U] : '=';
        out += left > 2 ? digits[group & 63U] : '=';
    }
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
