// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/unique_function.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>

namespace vllm_client {
namespace {

TEST(UniqueFunction, IsEmptyUntilGivenSomething) {
    UniqueFunction<int()> function;
    EXPECT_FALSE(function);
    function = [] { return 3; };
    ASSERT_TRUE(function);
    EXPECT_EQ(function(), 3);
    function = nullptr;
    EXPECT_FALSE(function);
}

TEST(UniqueFunction, OwnsMoveOnlyThings) {
    UniqueFunction<int(int)> function = [owned = std::make_unique<int>(5)](int add) {
        return *owned + add;
    };
    UniqueFunction<int(int)> moved = std::move(function);
    EXPECT_FALSE(function);
    EXPECT_EQ(moved(2), 7);
}

TEST(UniqueFunction, LargeCallablesMoveToo) {
    std::array<int, 100> numbers{};
    numbers[99] = 42;
    UniqueFunction<int()> function = [numbers] { return numbers[99]; };
    UniqueFunction<int()> moved;
    moved = std::move(function);
    EXPECT_EQ(moved(), 42);
}

TEST(UniqueFunction, DestroysWhatItHoldsExactlyOnce) {
    const auto counted = std::make_shared<int>(0);
    {
        UniqueFunction<void()> small = [counted] {};
        UniqueFunction<void()> large = [counted, filler = std::array<char, 100>{}] {
            static_cast<void>(filler);
        };
        UniqueFunction<void()> other = std::move(small);
        other = std::move(large);
        EXPECT_EQ(counted.use_count(), 2);
    }
    EXPECT_EQ(counted.use_count(), 1);
}

TEST(UniqueFunction, PassesReferencesAndValues) {
    UniqueFunction<void(std::string&, std::unique_ptr<int>)> function =
        [](std::string& text, std::unique_ptr<int> number) { text += std::to_string(*number); };
    std::string text = "a";
    function(text, std::make_unique<int>(1));
    EXPECT_EQ(text, "a1");
}

TEST(UniqueFunction, SurvivesMovingToItself) {
    UniqueFunction<int()> function = [] { return 1; };
    auto& same = function;
    function = std::move(same);
    EXPECT_EQ(function(), 1);
}

}  // namespace
}  // namespace vllm_client
