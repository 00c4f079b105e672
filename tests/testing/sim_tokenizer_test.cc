// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_tokenizer.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "testing/sim_hash.h"
#include "testing/sim_utf8.h"

namespace vllm_client::testing::sim {
namespace {

std::vector<TokenId> ids_of(std::string_view text) {
    std::vector<TokenId> ids;
    tokenize(text, ids);
    return ids;
}

TEST(SimTokenizer, PrefersTheLongestPiece) {
    EXPECT_EQ(ids_of(" the").size(), 1U);
    EXPECT_EQ(ids_of("Why is the sky blue?").size(), 6U);
}

TEST(SimTokenizer, ReadsMarkersInTextAsText) {
    const auto ids = ids_of("</s><|user|>");
    for (const TokenId id : ids)
        EXPECT_GE(id, first_byte_token);
    EXPECT_EQ(detokenize(ids), "</s><|user|>");
}

TEST(SimTokenizer, RestoresAnyUtf8) {
    for (const std::string text :
         {"", "Hello, world!\n", "Hé 😀\n", "こんにちは 世界", "  \t\t  ", "a\0b", "\"\\\"",
          "ｆｕｌｌ", "\xF4\x8F\xBF\xBF", "def main():\n    return 42\n"}) {
        EXPECT_EQ(detokenize(ids_of(text)), text);
    }
}

TEST(SimTokenizer, RestoresRandomUtf8) {
    std::uint64_t random = 1;
    for (int round = 0; round < 2000; ++round) {
        std::string text;
        for (int i = 0; i < 40; ++i) {
            random = mixed(random);
            const auto character = static_cast<char32_t>(random % (i % 3 == 0 ? 0x110000 : 0x80));
            if (character < 0xD800 || character > 0xDFFF) append_utf8(text, character);
        }
        ASSERT_EQ(detokenize(ids_of(text)), text);
    }
}

TEST(SimTokenizer, ShowsBrokenBytesAsReplacementCharacters) {
    const TokenId half = first_byte_token + 0xC3;
    const TokenId ids[] = {half};
    EXPECT_EQ(detokenize(ids), "\uFFFD");
    const TokenId whole[] = {half, first_byte_token + 0xA9};
    EXPECT_EQ(detokenize(whole), "é");
}

TEST(SimTokenizer, LeavesUnknownIdsOut) {
    const TokenId ids[] = {Vocabulary::instance().size(), first_byte_token + 'a'};
    EXPECT_EQ(detokenize(ids), "a");
}

TEST(SimTokenizer, NamesTokensAsByteLevelTokenizersDo) {
    EXPECT_EQ(token_name(ids_of(" main").front()), "Ġmain");
    EXPECT_EQ(token_name(first_byte_token + '\n'), "Ċ");
    EXPECT_EQ(token_name(first_byte_token + 0xC3), "Ã");
    EXPECT_EQ(token_name(token_end), "</s>");
}

TEST(SimVocabulary, HasEachPieceOnceAndOnlyWholeWords) {
    const Vocabulary& vocabulary = Vocabulary::instance();
    std::set<std::string> texts;
    for (TokenId id = first_byte_token; id < vocabulary.size(); ++id) {
        EXPECT_TRUE(texts.insert(vocabulary.piece(id).text).second) << id;
        EXPECT_EQ(vocabulary.longest_match(vocabulary.piece(id).text).id, id);
    }
    for (const TokenId id : vocabulary.words())
        EXPECT_TRUE(vocabulary.piece(id).whole);
    EXPECT_GT(vocabulary.words().size(), 400U);
}

TEST(SimUtf8, CarriesACharacterOverTheSeam) {
    const std::string text = "a€😀\xFFz";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        Utf8Carry carry;
        std::string out;
        carry.append(text.substr(0, cut), out);
        EXPECT_TRUE(is_utf8(out));
        carry.append(text.substr(cut), out);
        carry.finish(out);
        EXPECT_EQ(out, "a€😀\uFFFDz") << cut;
    }
}

TEST(SimUtf8, RefusesOverlongFormsAndSurrogates) {
    EXPECT_TRUE(is_utf8("aé€😀"));
    for (const char* const text :
         {"\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\x80"}) {
        EXPECT_FALSE(is_utf8(text));
    }
}

}  // namespace
}  // namespace vllm_client::testing::sim
