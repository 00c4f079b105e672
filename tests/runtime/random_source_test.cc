// SPDX-License-Identifier: Apache-2.0
#include "runtime/random_source.h"

#include <gtest/gtest.h>

#include <bit>
#include <set>
#include <string>

namespace vllm_client::runtime {
namespace {

TEST(RandomSource, AFixedSeedGivesAFixedSequence) {
    // The published first outputs of SplitMix64 for the seed 1234567.
    RandomSource source(1234567);
    EXPECT_EQ(source.next(), 6457827717110365317ULL);
    EXPECT_EQ(source.next(), 3203168211198807973ULL);
    EXPECT_EQ(source.next(), 9817491932198370423ULL);
}

TEST(RandomSource, TwoSourcesDiffer) {
    EXPECT_NE(RandomSource().next(), RandomSource().next());
}

TEST(RandomSource, HexIdsAre32LowerCaseDigitsAndUnique) {
    RandomSource source;
    std::set<std::string> seen;
    for (int i = 0; i < 10'000; ++i) {
        const std::string id = source.hex_id();
        ASSERT_EQ(id.size(), 32U);
        ASSERT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos);
        ASSERT_TRUE(seen.insert(id).second);
    }
}

TEST(RandomSource, HalfOfTheBitsAreSet) {
    RandomSource source(1);
    int set = 0;
    for (int i = 0; i < 10'000; ++i)
        set += std::popcount(source.next());
    EXPECT_NEAR(set, 320'000, 2'000);
}

}  // namespace
}  // namespace vllm_client::runtime
