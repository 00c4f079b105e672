// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "fault/served_client.h"

namespace vllm_client::fault {
namespace {

using support::error_body;
using support::HeaderList;
using support::http_reply;
using namespace std::chrono_literals;

// The error of a plain chat answered like this, after which the client still works; the same answer
// to a stream must give the same error.
Error error_of(const std::string& answer) {
    const ServedClient plain({ServedClient::answer_once(answer)});
    const auto reply = plain->chat(ask());
    plain.expect_works();
    const ServedClient streamed({ServedClient::answer_once(answer)});
    const auto stream = streamed.stream();
    streamed.expect_works();
    EXPECT_FALSE(reply.ok());
    EXPECT_FALSE(stream.ok());
    if (reply.ok() || stream.ok()) return {};
    EXPECT_EQ(stream.error().kind, reply.error().kind);
    EXPECT_EQ(stream.error().message, reply.error().message);
    EXPECT_EQ(stream.error().http_status, reply.error().http_status);
    EXPECT_EQ(stream.error().reach, reply.error().reach);
    EXPECT_EQ(stream.error().retry_after, reply.error().retry_after);
    return reply.error();
}

Error error_of_status(int status, const HeaderList& headers = {}) {
    return error_of(http_reply(status, error_body(status, "SomeError", "no luck"), headers));
}

TEST(FaultD, D1_RetryAfterIsHandedToTheCaller) {
    for (const int status : {429, 503}) {
        const Error error = error_of_status(status, {{"Retry-After", "7"}});
        EXPECT_EQ(error.kind, ErrorKind::http);
        EXPECT_EQ(error.retry_after, 7s);
        EXPECT_TRUE(error.retryable);
    }
    EXPECT_EQ(error_of_status(429, {{"Retry-After", "7"}, {"retry-after-ms", "250"}}).retry_after,
              250ms);
}

TEST(FaultD, D2_AnUnusableRetryAfterIsNone) {
    for (const char* value : {"-5", "soon", "", "1e999", "Mon, 99 Foo 2026 00:00:00 GMT"}) {
        EXPECT_FALSE(error_of_status(503, {{"Retry-After", value}}).retry_after) << value;
    }
    EXPECT_EQ(error_of_status(503, {{"Date", "Mon, 23 Nov 2026 10:00:00 GMT"},
                                    {"Retry-After", "Mon, 23 Nov 2026 10:00:30 GMT"}})
                  .retry_after,
              30s);
}

TEST(FaultD, D4_ABusyEngineHasNotTouchedTheRequest) {
    const Error error = error_of_status(503);
    EXPECT_EQ(error.reach, Reach::not_reached);
    EXPECT_TRUE(error.retryable);
}

TEST(FaultD, D5_FailuresThatMayPassAreMarkedRetryable) {
    for (const int status : {408, 409, 500, 502, 504}) {
        const Error error = error_of_status(status);
        EXPECT_EQ(error.http_status, status);
        EXPECT_TRUE(error.retryable) << status;
    }
}

TEST(FaultD, D6_FailuresOfTheRequestAreNotRetried) {
    for (const int status : {400, 401, 403, 404, 413, 422}) {
        ServedClient client({ServedClient::answer_once(
            http_reply(status, error_body(status, "BadRequestError", "no luck")))});
        const auto reply = client->chat(ask());
        ASSERT_FALSE(reply.ok());
        EXPECT_EQ(reply.error().kind, ErrorKind::http);
        EXPECT_EQ(reply.error().http_status, status);
        EXPECT_EQ(reply.error().server.message, "no luck");
        EXPECT_EQ(reply.error().server.type, "BadRequestError");
        EXPECT_EQ(reply.error().attempts, 1);
        EXPECT_FALSE(reply.error().retryable) << status;
        EXPECT_EQ(client.server().request_count(), 1U);
        client.expect_works();
    }
}

TEST(FaultD, D7_TheServersWordOnRetryingCounts) {
    EXPECT_TRUE(error_of_status(400, {{"x-should-retry", "true"}}).retryable);
    EXPECT_FALSE(error_of_status(503, {{"X-Should-Retry", "false"}}).retryable);
    EXPECT_TRUE(error_of_status(503, {{"x-should-retry", "perhaps"}}).retryable);
}

TEST(FaultD, D8_EveryShapeOfErrorBodyIsRead) {
    const std::vector<std::pair<std::string, std::string>> shapes{
        {error_body(500, "T", "nested"), "nested"},
        {R"({"object":"error","message":"flat","type":"T","code":500})", "flat"},
        {R"({"error":"a string"})", "a string"},
        {R"({"detail":"detail"})", "detail"},
        {R"({"message":"only this"})", "only this"},
        {"plain text", "plain text"},
    };
    for (const auto& [body, message] : shapes) {
        const Error error = error_of(http_reply(500, body));
        EXPECT_EQ(error.http_status, 500);
        EXPECT_EQ(error.server.message, message) << body;
    }
    const Error list = error_of(
        http_reply(422, R"({"detail":[{"loc":["body","n"],"msg":"too small","type":"value"}]})"));
    EXPECT_NE(list.server.message.find("too small"), std::string::npos) << list.server.message;
}

TEST(FaultD, D8_HtmlAndEmptyBodiesKeepTheStatus) {
    const Error html =
        error_of(http_reply(502, "<html><title>Bad gateway</title><body>x</body></html>"));
    EXPECT_EQ(html.http_status, 502);
    EXPECT_NE(html.message.find("Bad gateway"), std::string::npos) << html.message;
    const Error empty = error_of(http_reply(500, ""));
    EXPECT_EQ(empty.http_status, 500);
    EXPECT_FALSE(empty.message.empty());
}

TEST(FaultD, D8_AnEnormousErrorBodyIsCutAt8KiB) {
    const std::string answer = http_reply(500, std::string(50UL << 20U, 'x'));
    const ServedClient client({ServedClient::answer(answer)});
    const auto reply = client->chat(ask());
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.error().kind, ErrorKind::http);
    EXPECT_EQ(reply.error().http_status, 500);
    EXPECT_LE(reply.error().server.message.size(), 8192U);
    EXPECT_GE(reply.error().server.message.size(), 4096U);
    client.expect_works();
}

TEST(FaultD, D9_AnErrorObjectInA200IsAnHttpErrorByItsCode) {
    const Error error = error_of(http_reply(200, error_body(400, "BadRequestError", "no luck")));
    EXPECT_EQ(error.kind, ErrorKind::http);
    EXPECT_EQ(error.http_status, 400);
    EXPECT_EQ(error.server.message, "no luck");
}

TEST(FaultD, D10_AMissingModelIsShownAsItIs) {
    const Error error = error_of(
        http_reply(404, error_body(404, "NotFoundError", "The model `x` does not exist.")));
    EXPECT_EQ(error.kind, ErrorKind::http);
    EXPECT_EQ(error.http_status, 404);
    EXPECT_EQ(error.server.message, "The model `x` does not exist.");
}

}  // namespace
}  // namespace vllm_client::fault
