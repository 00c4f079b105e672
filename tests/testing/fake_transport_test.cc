// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/testing/fake_transport.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "api/fake_client.h"

namespace vllm_client::testing {
namespace {

using api::ask;
using api::chat_path;
using api::FakeClient;

TEST(FakeTransport, UsesAnswersInOrderAndTheLastAgainAndAgain) {
    const FakeClient f;
    f.answer_chat("one");
    f.answer_chat("two");
    EXPECT_EQ(f.client.chat(ask("x")).value().text(), "one");
    EXPECT_EQ(f.client.chat(ask("x")).value().text(), "two");
    EXPECT_EQ(f.client.chat(ask("x")).value().text(), "two");
}

TEST(FakeTransport, APathWithoutAnswerIsNamed) {
    const FakeClient f;
    const auto reply = f.client.chat(ask("x"));
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.error().kind, ErrorKind::config);
    EXPECT_NE(reply.error().message.find(chat_path), std::string::npos);
}

TEST(FakeTransport, FailsAsItIsTold) {
    const FakeClient f;
    f.fake->fail(chat_path, {.kind = ErrorKind::timeout, .message = "late", .phase = Phase::body});
    const auto reply = f.client.chat(ask("x"), {.request_id = "id-1"});
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.error().kind, ErrorKind::timeout);
    EXPECT_EQ(reply.error().phase, Phase::body);
    EXPECT_EQ(reply.error().request_id, "id-1");
}

TEST(FakeTransport, AHandlerDecidesFirst) {
    const FakeClient f;
    f.answer_chat("canned");
    f.fake->on_request([](const FakeRequest& request) -> std::optional<CannedAnswer> {
        if (request.body.find("special") == std::string::npos) return std::nullopt;
        return CannedReply{.body = chat_reply_json("made")};
    });
    EXPECT_EQ(f.client.chat(ask("special")).value().text(), "made");
    EXPECT_EQ(f.client.chat(ask("usual")).value().text(), "canned");
    f.fake->on_request(
        [](const FakeRequest&) -> std::optional<CannedAnswer> { throw std::runtime_error("no"); });
    EXPECT_EQ(f.client.chat(ask("x")).error().kind, ErrorKind::config);
    f.fake->on_request({});
    EXPECT_EQ(f.client.chat(ask("x")).value().text(), "canned");
}

TEST(FakeTransport, EndpointsCanBeDown) {
    const FakeClient f({.endpoints = {"http://a", "http://b"}});
    f.answer_chat("x");
    f.fake->set_healthy(0, false);
    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(f.client.chat(ask("x")).ok());
    f.fake->set_healthy(0, true);
    for (int i = 0; i < 2; ++i)
        EXPECT_TRUE(f.client.chat(ask("x")).ok());
    const auto requests = f.fake->requests();
    for (std::size_t i = 0; i < 3; ++i)
        EXPECT_EQ(requests.at(i).endpoint, 1U);
    EXPECT_NE(requests.at(3).endpoint, requests.at(4).endpoint);
}

TEST(FakeTransport, AStreamWaitsForItsReader) {
    ClientOptions options;
    options.limits.stream_buffer_bytes = 1;
    const FakeClient f(std::move(options));
    f.fake->stream(chat_path, chat_stream_events(std::vector<std::string>(50, "x")));
    auto stream = f.client.chat_stream(ask("x"));
    ASSERT_TRUE(stream.next().ok());
    // One event was read, one waits in the client, the third was refused.
    EXPECT_EQ(f.fake->open_count(), 1U);
    EXPECT_EQ(stream.collect().value().text(), std::string(50, 'x'));
    EXPECT_TRUE(api::eventually([&] { return f.fake->open_count() == 0; }));
}

TEST(FakeTransport, AfterCloseEveryRequestIsRefused) {
    const FakeClient f;
    f.answer_chat("x");
    f.fake->close();
    f.fake->close();
    EXPECT_EQ(f.client.chat(ask("x")).error().kind, ErrorKind::closed);
    EXPECT_EQ(f.client.chat_stream(ask("x")).next().error().kind, ErrorKind::closed);
    EXPECT_EQ(f.fake->open_count(), 0U);
}

TEST(FakeTransport, QuotesWhatItIsGiven) {
    const FakeClient f;
    const std::string text = "\"a\\\n\xC3\xA9\x01";
    f.answer_chat(text);
    EXPECT_EQ(f.client.chat(ask("x")).value().text(), text);
    f.fake->reply("/v1/completions", {.status = 400, .body = error_reply_json(400, text)});
    EXPECT_EQ(f.client.complete({.prompt = "x"}).error().server.message, text);
}

}  // namespace
}  // namespace vllm_client::testing
