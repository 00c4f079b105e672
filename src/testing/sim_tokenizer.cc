// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_tokenizer.h"

#include <array>

#include "testing/sim_utf8.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

// The byte alphabet of GPT-2: printable Latin-1 stands for itself, the rest is moved above U+0100.
std::array<char32_t, 256> byte_alphabet() {
    std::array<char32_t, 256> alphabet{};
    char32_t moved = 0x100;
    for (char32_t byte = 0; byte < 256; ++byte) {
        const bool printable =
            (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xFF && byte != 0xAD);
        alphabet.at(byte) = printable ? byte : moved++;
    }
    return alphabet;
}

}  // namespace

void tokenize(std::string_view text, std::vector<TokenId>& ids) {
    const Vocabulary& vocabulary = Vocabulary::instance();
    ids.reserve(ids.size() + text.size() / 4 + 1);
    while (!text.empty()) {
        const Vocabulary::Match match = vocabulary.longest_match(text);
        ids.push_back(match.id);
        text.remove_prefix(match.length);
    }
}

std::string detokenize(std::span<const TokenId> ids) {
    const Vocabulary& vocabulary = Vocabulary::instance();
    std::string text;
    Utf8Carry carry;
    for (const TokenId id : ids) {
        if (id < vocabulary.size()) carry.append(vocabulary.piece(id).text, text);
    }
    carry.finish(text);
    return text;
}

std::string token_name(TokenId id) {
    static const std::array<char32_t, 256> alphabet = byte_alphabet();
    const Vocabulary& vocabulary = Vocabulary::instance();
    if (id >= vocabulary.size()) return {};
    if (id < first_byte_token) return vocabulary.piece(id).text;
    std::string name;
    for (const char c : vocabulary.piece(id).text) {
        append_utf8(name, alphabet.at(static_cast<unsigned char>(c)));
    }
    return name;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
