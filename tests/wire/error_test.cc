// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/error.h"

#include <gtest/gtest.h>

#include <set>

#include "vllm_client/result.h"

namespace vllm_client {
namespace {

template <class Enum>
void expect_distinct_names(int count) {
    std::set<std::string_view> names;
    for (int i = 0; i < count; ++i) {
        const std::string_view name = to_string(static_cast<Enum>(i));
        EXPECT_NE(name, "unknown_value");
        EXPECT_TRUE(names.insert(name).second) << name;
    }
    EXPECT_EQ(to_string(static_cast<Enum>(count)), "unknown_value");
}

TEST(Error, EveryValueHasItsName) {
    expect_distinct_names<ErrorKind>(16);
    expect_distinct_names<Reach>(3);
    expect_distinct_names<Phase>(9);
    EXPECT_EQ(to_string(ErrorKind::circuit_open), "circuit_open");
    EXPECT_EQ(to_string(Reach::unknown), "unknown");
    EXPECT_EQ(to_string(Phase::between_events), "between_events");
}

TEST(Error, TextTellsWhatIsKnown) {
    EXPECT_EQ(Error{.message = "messages is empty"}.to_string(), "config: messages is empty");
    const Error full{.kind = ErrorKind::http,
                     .message = "HTTP 404: no such model",
                     .phase = Phase::first_byte,
                     .http_status = 404,
                     .server = {.type = "NotFoundError", .code = "404", .param = "model"},
                     .request_id = "r1",
                     .endpoint = "http://a",
                     .attempts = 2};
    EXPECT_EQ(
        full.to_string(),
        "http: HTTP 404: no such model (status 404, type NotFoundError, code 404, param model, "
        "in first_byte, endpoint http://a, request id r1, attempts 2)");
}

TEST(Error, TextIsOneLineAndWithoutThePartialAnswer) {
    const Error error{
        .kind = ErrorKind::stream, .message = "a\nb\x1b[0m", .partial = {"secret answer"}};
    EXPECT_EQ(error.to_string(), "stream: a b [0m");
}

TEST(Exception, CarriesTheError) {
    const Result<int> failed = Error{.kind = ErrorKind::timeout, .message = "too slow"};
    try {
        static_cast<void>(failed.value());
        FAIL() << "value() of a failure returned";
    } catch (const Exception& exception) {
        EXPECT_STREQ(exception.what(), "timeout: too slow");
        EXPECT_EQ(exception.error().kind, ErrorKind::timeout);
    }
}

TEST(Exception, CopiesShareTheError) {
    const Exception first(Error{.message = "x"});
    const Exception second = first;
    EXPECT_EQ(&first.error(), &second.error());
}

TEST(ResultDeathTest, ReadingTheWrongSideEndsTheProcess) {
    const Result<int> failed = Error{};
    const Result<int> good = 1;
    EXPECT_DEATH(static_cast<void>(*failed), "");
    EXPECT_DEATH(static_cast<void>(good.error()), "");
}

}  // namespace
}  // namespace vllm_client
