// SPDX-License-Identifier: Apache-2.0
#include "wire/retry_after.h"

#include <gtest/gtest.h>

#include <string>

namespace vllm_client::wire {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using namespace std::chrono_literals;

std::optional<milliseconds> after(const std::string& value) {
    return read_retry_after("Date: Sun, 06 Nov 1994 08:49:37 GMT\nRetry-After: " + value + "\n");
}

TEST(RetryAfter, ReadsSecondsAndFractions) {
    EXPECT_EQ(after("7"), 7s);
    EXPECT_EQ(after("0"), 0s);
    EXPECT_EQ(after("1.5"), 1500ms);
    EXPECT_EQ(after("0.0001"), 1ms);
    EXPECT_EQ(after("86400"), 24h);
}

TEST(RetryAfter, PrefersMillisecondsIfUsable) {
    EXPECT_EQ(read_retry_after("retry-after: 9\nRETRY-AFTER-MS: 250\n"), 250ms);
    EXPECT_EQ(read_retry_after("retry-after-ms: 250.2\n"), 251ms);
    EXPECT_EQ(read_retry_after("retry-after-ms: soon\nretry-after: 9\n"), 9s);
    EXPECT_EQ(read_retry_after("retry-after-ms: -1\nretry-after: 9\n"), 9s);
}

TEST(RetryAfter, DatesCountFromTheServersClock) {
    EXPECT_EQ(after("Sun, 06 Nov 1994 08:49:47 GMT"), 10s);
    EXPECT_EQ(after("Sun, 06 Nov 1994 08:49:37 GMT"), 0s);
    EXPECT_EQ(after("Sunday, 06-Nov-94 08:50:37 GMT"), 60s);
    EXPECT_EQ(after("Sun Nov  6 09:49:37 1994"), 1h);
    EXPECT_EQ(after("Mon, 07 Nov 1994 00:00:00 GMT"), 15h + 10min + 23s);
}

TEST(RetryAfter, DateWithoutTheServersClockIsUnusable) {
    EXPECT_EQ(read_retry_after("Retry-After: Sun, 06 Nov 1994 08:49:37 GMT\n"), std::nullopt);
    EXPECT_EQ(read_retry_after("Date: today\nRetry-After: Sun, 06 Nov 1994 08:49:37 GMT\n"),
              std::nullopt);
}

TEST(FaultD, D2_UnusableHintsAreNoHints) {
    for (const char* value : {"",
                              "-1",
                              "-0",
                              "+1",
                              "86401",
                              "999999999999999999999",
                              "1e3",
                              "inf",
                              "nan",
                              "0x10",
                              "1 2",
                              "1s",
                              "soon",
                              "1.5.2",
                              "Sun, 06 Nov 1994 08:49:36 GMT",
                              "Tue, 08 Nov 1994 08:49:37 GMT",
                              "Sun, 31 Feb 1994 08:49:37 GMT",
                              "Sun, 06 Nov 1994 24:00:00 GMT",
                              "Sun, 06 Nov 1994 08:49:37 CET",
                              "Sun, 06 Xxx 1994 08:49:37 GMT",
                              "Sun, 06 Nov 1994 08:49 GMT",
                              "Sun, 06 Nov 1994 08:49:37 GMT GMT"}) {
        EXPECT_EQ(after(value), std::nullopt) << value;
    }
    EXPECT_EQ(read_retry_after(""), std::nullopt);
}

TEST(HttpDate, ReadsAllThreeForms) {
    const auto moment = std::chrono::sys_seconds(seconds(784'111'777));
    EXPECT_EQ(read_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), moment);
    EXPECT_EQ(read_http_date("Sunday, 06-Nov-94 08:49:37 GMT"), moment);
    EXPECT_EQ(read_http_date("Sun Nov  6 08:49:37 1994"), moment);
    EXPECT_EQ(read_http_date("Thu, 29 Feb 2024 23:59:60 GMT"),
              std::chrono::sys_seconds(seconds(1'709'251'200)));
}

}  // namespace
}  // namespace vllm_client::wire
