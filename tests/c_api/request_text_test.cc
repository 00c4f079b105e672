// SPDX-License-Identifier: Apache-2.0
#include "c_api/request_text.h"

#include <gtest/gtest.h>

namespace vllm_client::c_api {
namespace {

TEST(RequestText, IsTakenAsItIs) {
    const auto request = read_request_text(R"({ "b": [1.50, "x"], "a": null })", {"stream"});
    ASSERT_TRUE(request);
    EXPECT_EQ(request->body.text(), R"({ "b": [1.50, "x"], "a": null })");
    EXPECT_EQ(request->model, "");
}

TEST(RequestText, LosesTheMembersThatTheFunctionDecides) {
    const auto request = read_request_text(
        R"({"stream":true,"n":12345678901234567890,"t":"\u00e4","strea\u006d":1})", {"stream"});
    ASSERT_TRUE(request);
    EXPECT_EQ(request->body.text(), R"({"n":12345678901234567890,"t":"\u00e4"})");
}

TEST(RequestText, TellsTheModel) {
    EXPECT_EQ(read_request_text(R"({"model":"a\"b"})", {})->model, "a\"b");
    EXPECT_EQ(read_request_text(R"({"model":null})", {})->model, "");
    EXPECT_EQ(read_request_text(R"({"model":7})", {})->model, "");
}

TEST(RequestText, MustBeAnObject) {
    for (const char* text : {"", "[]", "{", "\"x\"", "{\"a\":1} x", "{\"a\":\"\xff\"}"}) {
        const auto request = read_request_text(text, {});
        ASSERT_FALSE(request) << text;
        EXPECT_EQ(request.error().kind, ErrorKind::config);
        EXPECT_EQ(request.error().message, "request is not a JSON object");
    }
    EXPECT_EQ(read_request_text(nullptr, {}).error().message, "request is NULL");
}

}  // namespace
}  // namespace vllm_client::c_api
