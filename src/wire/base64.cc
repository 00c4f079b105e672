// SPDX-License-Identifier: Apache-2.0
#include "wire/base64.h"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::uint32_t bad = 0xFF000000;  // no good sextet reaches these bits

// Tables[k][c]: the sextet of character c as the k-th of four, shifted to where it belongs in the
// three bytes when they are stored as one little-endian word. One look-up and one OR a character.
constexpr std::array<std::array<std::uint32_t, 256>, 4> tables = [] {
    std::array<std::array<std::uint32_t, 256>, 4> made{};
    for (auto& table : made)
        table.fill(bad);
    for (std::uint32_t v = 0; v < 64; ++v) {
        const auto c = static_cast<unsigned char>(alphabet[v]);
        made[0][c] = v << 2;
        made[1][c] = (v >> 4) | ((v & 0xF) << 12);
        made[2][c] = ((v >> 2) << 8) | ((v & 0x3) << 22);
        made[3][c] = v << 16;
    }
    return made;
}();

std::uint32_t decode_four(const char* text) {
    const auto at = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    return tables[0][at(0)] | tables[1][at(1)] | tables[2][at(2)] | tables[3][at(3)];
}

void store_three(std::byte* to, std::uint32_t bytes) {
    to[0] = static_cast<std::byte>(bytes);
    to[1] = static_cast<std::byte>(bytes >> 8);
    to[2] = static_cast<std::byte>(bytes >> 16);
}

// Stores a byte more than the three meant; only for groups that others follow.
void store_word(std::byte* to, std::uint32_t bytes) {
    if constexpr (std::endian::native == std::endian::little) {
        std::memcpy(to, &bytes, sizeof bytes);
    } else {
        store_three(to, bytes);
    }
}

// The last group, which may be padded. Bits that padding leaves over must be zero.
bool decode_last(std::span<std::byte> to, const char* text) {
    const char group[4] = {text[0], text[1], to.size() > 1 ? text[2] : 'A',
                           to.size() > 2 ? text[3] : 'A'};
    const std::uint32_t bytes = decode_four(group);
    if (bytes >= bad || bytes >> (8 * to.size()) != 0) return false;
    for (std::size_t i = 0; i < to.size(); ++i)
        to[i] = static_cast<std::byte>(bytes >> (8 * i));
    return true;
}

// The two characters of every twelve bits: one look-up for two of them.
constexpr auto pairs = [] {
    std::array<std::array<char, 2>, 4096> made{};
    for (std::size_t v = 0; v < made.size(); ++v)
        made[v] = {alphabet[v >> 6], alphabet[v & 63]};
    return made;
}();

// Writes the characters of the lowest twelve bits.
void store_pair(char* to, std::uint64_t bits) {
    std::memcpy(to, pairs[bits & 0xFFF].data(), 2);
}

std::uint64_t load_big_endian(const std::byte* from) {
    std::uint64_t word = 0;
    std::memcpy(&word, from, sizeof word);
    if constexpr (std::endian::native == std::endian::little) word = __builtin_bswap64(word);
    return word;
}

}  // namespace

std::optional<std::size_t> base64_decoded_size(std::string_view text) noexcept {
    if (text.size() % 4 != 0) return std::nullopt;
    const std::size_t padding = text.ends_with("==") ? 2 : (text.ends_with('=') ? 1 : 0);
    return text.size() / 4 * 3 - padding;
}

bool decode_base64_into(std::span<std::byte> destination, std::string_view text) noexcept {
    if (base64_decoded_size(text) != destination.size()) return false;
    if (text.empty()) return true;
    const std::size_t last = text.size() / 4 - 1;
    std::byte* to = destination.data();
    const char* from = text.data();
    std::uint32_t seen = 0;
    std::size_t group = 0;
    for (; group + 4 <= last; group += 4, from += 16, to += 12) {
        const std::uint32_t a = decode_four(from);
        const std::uint32_t b = decode_four(from + 4);
        const std::uint32_t c = decode_four(from + 8);
        const std::uint32_t d = decode_four(from + 12);
        store_word(to, a);
        store_word(to + 3, b);
        store_word(to + 6, c);
        store_three(to + 9, d);  // the next group may be the last, of one byte
        seen |= a | b | c | d;
    }
    for (; group < last; ++group, from += 4, to += 3) {
        const std::uint32_t bytes = decode_four(from);
        store_three(to, bytes);
        seen |= bytes;
    }
    return seen < bad && decode_last(destination.subspan(last * 3), from);
}

std::optional<std::string> decode_base64(std::string_view text) {
    const auto size = base64_decoded_size(text);
    if (!size) return std::nullopt;
    std::string bytes(*size, '\0');
    if (!decode_base64_into(std::as_writable_bytes(std::span(bytes)), text)) return std::nullopt;
    return bytes;
}

std::string encode_base64(std::span<const std::byte> bytes) {
    std::string text((bytes.size() + 2) / 3 * 4, '=');
    char* to = text.data();
    const auto at = [bytes](std::size_t i) { return std::to_integer<std::uint32_t>(bytes[i]); };
    std::size_t i = 0;
    // Reads eight bytes and uses six of them.
    for (; i + 8 <= bytes.size(); i += 6, to += 8) {
        const std::uint64_t word = load_big_endian(bytes.data() + i);
        store_pair(to, word >> 52);
        store_pair(to + 2, word >> 40);
        store_pair(to + 4, word >> 28);
        store_pair(to + 6, word >> 16);
    }
    for (; i + 3 <= bytes.size(); i += 3, to += 4) {
        const std::uint32_t word = at(i) << 16 | at(i + 1) << 8 | at(i + 2);
        store_pair(to, word >> 12);
        store_pair(to + 2, word);
    }
    if (bytes.size() - i == 1) store_pair(to, at(i) << 4);
    if (bytes.size() - i == 2) {
        store_pair(to, at(i) << 4 | at(i + 1) >> 4);
        to[2] = alphabet[(at(i + 1) << 2) & 63];
    }
    return text;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
