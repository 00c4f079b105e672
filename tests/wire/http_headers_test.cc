// SPDX-License-Identifier: Apache-2.0
#include "wire/http_headers.h"

#include <gtest/gtest.h>

#include "vllm_client/reply_parts.h"
#include "vllm_client/transport.h"

namespace vllm_client::wire {
namespace {

constexpr std::string_view block =
    "Content-Type: application/json\nX-Empty:\nx-request-id:  abc \nRetry-After: 1\n"
    "retry-after: 2\nnot a header\nLast: a:b\r\n";

TEST(HttpHeaders, FindsNamesInAnyCase) {
    EXPECT_EQ(find_header(block, "content-type"), "application/json");
    EXPECT_EQ(find_header(block, "CONTENT-TYPE"), "application/json");
    EXPECT_EQ(find_header(block, "X-Request-Id"), "abc");
}

TEST(FaultB, B17_FirstOfEqualNamesWins) {
    EXPECT_EQ(find_header(block, "Retry-After"), "1");
}

TEST(HttpHeaders, KeepsColonsAndDropsLineEnds) {
    EXPECT_EQ(find_header(block, "last"), "a:b");
}

TEST(HttpHeaders, TellsEmptyFromAbsent) {
    EXPECT_EQ(find_header(block, "x-empty"), "");
    EXPECT_EQ(find_header(block, "x-emp"), std::nullopt);
    EXPECT_EQ(find_header(block, "x-empty2"), std::nullopt);
    EXPECT_EQ(find_header(block, "not a header"), std::nullopt);
    EXPECT_EQ(find_header("", "a"), std::nullopt);
}

TEST(HttpHeaders, RepliesLookIntoTheirOwnBlock) {
    const HttpReply http{.headers = std::string(block)};
    const RawReply raw{.headers = std::string(block)};
    EXPECT_EQ(http.header("X-Request-ID"), "abc");
    EXPECT_EQ(raw.header("X-Request-ID"), "abc");
    EXPECT_EQ(raw.header("absent"), std::nullopt);
}

}  // namespace
}  // namespace vllm_client::wire
