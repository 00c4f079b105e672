// SPDX-License-Identifier: Apache-2.0
#include "wire/query.h"

#include <gtest/gtest.h>

namespace vllm_client::wire {
namespace {

TEST(Query, PathAloneWithoutItems) {
    EXPECT_EQ(with_query("/wake_up", {}), "/wake_up");
}

TEST(Query, RepeatsAndEncodesItems) {
    EXPECT_EQ(with_query("/p", {{"tags", "weights"}, {"tags", "a b&c=\xC3\xA9/"}}),
              "/p?tags=weights&tags=a%20b%26c%3D%C3%A9%2F");
}

TEST(Query, UnreservedCharactersStay) {
    EXPECT_EQ(percent_encode("azAZ09-._~"), "azAZ09-._~");
    EXPECT_EQ(percent_encode(std::string("\0\n@[`{", 6)), "%00%0A%40%5B%60%7B");
}

}  // namespace
}  // namespace vllm_client::wire
