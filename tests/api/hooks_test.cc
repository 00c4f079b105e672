// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "api/fake_client.h"

namespace vllm_client::api {
namespace {

TEST(Hooks, TheRequestHookSeesWhatIsSentAndSignsIt) {
    ClientOptions options{.endpoints = {EndpointOptions{.url = "http://fake", .name = "main"}}};
    options.headers = {{"X-Kept", "yes"}, {"X-Sign", "none"}};
    std::string seen_body;
    options.request_hook = [&](const RequestView& view) -> std::vector<Header> {
        seen_body = view.body;
        return {{"x-sign", std::string(view.endpoint) + " " + std::string(view.method) + " " +
                               std::string(view.path)}};
    };
    const FakeClient f(std::move(options));
    f.answer_chat("x");
    ASSERT_TRUE(f.client.chat(ask("hi")).ok());
    const auto request = f.fake->requests().at(0);
    EXPECT_EQ(request.body, seen_body);
    EXPECT_EQ(request.header("X-Sign"), "main POST /v1/chat/completions");
    EXPECT_EQ(request.header("X-Kept"), "yes");
    EXPECT_EQ(request.header("Content-Type"), "application/json");
}

TEST(Hooks, AHookThatThrowsAnythingIsAConfigError) {
    for (const bool standard : {true, false}) {
        ClientOptions options;
        options.request_hook = [standard](const RequestView&) -> std::vector<Header> {
            if (standard) throw std::runtime_error("secret reason");
            throw 42;
        };
        const FakeClient f(std::move(options));
        const auto reply = f.client.chat(ask("hi"));
        ASSERT_FALSE(reply.ok());
        EXPECT_EQ(reply.error().kind, ErrorKind::config);
        EXPECT_TRUE(f.fake->requests().empty());
    }
}

TEST(Hooks, AHeaderFromAHookIsCheckedLikeAnyOther) {
    ClientOptions options;
    options.request_hook = [](const RequestView&) -> std::vector<Header> {
        return {{"X-A", "b\r\nX-C: d"}};
    };
    const FakeClient f(std::move(options));
    EXPECT_EQ(f.client.chat(ask("hi")).error().kind, ErrorKind::config);
    EXPECT_TRUE(f.fake->requests().empty());
}

TEST(Hooks, TheKeyProviderIsAskedForEveryRequest) {
    ClientOptions options{.api_key = "static"};
    std::atomic<int> asked{0};
    options.key_provider = [&](std::string_view endpoint) {
        return std::string(endpoint) + "-key-" + std::to_string(++asked);
    };
    const FakeClient f(std::move(options));
    f.answer_chat("x");
    ASSERT_TRUE(f.client.chat(ask("hi")).ok());
    ASSERT_TRUE(f.client.chat(ask("hi")).ok());
    ASSERT_TRUE(f.client.chat(ask("hi"), {.api_key = "call"}).ok());
    const auto requests = f.fake->requests();
    EXPECT_EQ(requests.at(0).header("Authorization"), "Bearer http://fake-key-1");
    EXPECT_EQ(requests.at(1).header("Authorization"), "Bearer http://fake-key-2");
    EXPECT_EQ(requests.at(2).header("Authorization"), "Bearer call");
    EXPECT_EQ(asked, 2);
}

TEST(Hooks, AnEmptyKeyMeansNoAuthorization) {
    ClientOptions options{.api_key = "static"};
    options.key_provider = [](std::string_view) { return std::string(); };
    const FakeClient f(std::move(options));
    f.answer_chat("x");
    ASSERT_TRUE(f.client.chat(ask("hi")).ok());
    EXPECT_FALSE(f.fake->requests().at(0).header("Authorization"));
}

TEST(Hooks, EventsTellTheBeginningAndTheEndOfEachRequest) {
    std::mutex mutex;
    std::vector<std::string> events;
    ClientOptions options{.model = "tiny"};
    options.on_event = [&](const Event& event) {
        const std::lock_guard lock(mutex);
        const bool end = event.kind == Event::Kind::request_finished;
        events.push_back(std::string(end ? "end " : "begin ") + std::string(event.operation) + " " +
                         std::string(event.model) + " " + std::string(event.request_id) + " " +
                         std::to_string(event.http_status) +
                         (event.error ? " " + std::string(to_string(event.error->kind)) : ""));
    };
    const FakeClient f(std::move(options));
    f.fake->reply(chat_path, {.status = 400, .body = testing::error_reply_json(400, "no")});
    f.answer_chat("x");
    EXPECT_FALSE(f.client.chat(ask("hi"), {.request_id = "a"}).ok());
    EXPECT_TRUE(f.client.chat(ask("hi"), {.request_id = "b"}).ok());
    EXPECT_EQ(events, (std::vector<std::string>{"begin chat tiny a 0", "end chat tiny a 400 http",
                                                "begin chat tiny b 0", "end chat tiny b 200"}));
}

TEST(Hooks, AnEventHookThatThrowsChangesNothing) {
    ClientOptions options;
    options.on_event = [](const Event&) { throw std::runtime_error("no"); };
    const FakeClient f(std::move(options));
    f.answer_chat("x");
    EXPECT_TRUE(f.client.chat(ask("hi")).ok());
}

TEST(Hooks, ALogSinkThatThrowsChangesNothing) {
    ClientOptions options;
    std::atomic<int> lines{0};
    options.log_sink = [&](LogLevel, std::string_view) {
        ++lines;
        throw std::runtime_error("disk full");
    };
    options.log_level = LogLevel::debug;
    const FakeClient f(std::move(options));
    f.answer_chat("x");
    auto failing = f.client.chat_async(ask("hi")).then(
        [](const Result<ChatReply>&) -> int { throw std::runtime_error("reported"); });
    EXPECT_FALSE(std::move(failing).get().ok());
    EXPECT_TRUE(eventually([&] { return lines > 0; }));
    EXPECT_TRUE(f.client.chat(ask("hi")).ok());
}

TEST(Hooks, KeysAndPromptsNeverReachLogsErrorsAndEvents) {
    std::mutex mutex;
    std::string all;
    const auto note = [&](std::string_view text) {
        const std::lock_guard lock(mutex);
        all.append(text).push_back('\n');
    };
    ClientOptions options{.endpoints = {"http://user:s3cret-url@fake"}, .api_key = "s3cret-key"};
    options.headers = {{"X-Token", "s3cret-header"}};
    options.log_sink = [&](LogLevel, std::string_view line) { note(line); };
    options.log_level = LogLevel::debug;
    options.on_event = [&](const Event& event) {
        note(event.endpoint);
        if (event.error) note(event.error->to_string());
    };
    const FakeClient f(std::move(options));
    f.fake->reply(chat_path, {.status = 500, .body = "no JSON"});
    f.fake->reply(chat_path, {.status = 200, .body = "no JSON"});
    f.fake->fail(chat_path, {.kind = ErrorKind::connect, .message = "refused"});
    for (int i = 0; i < 3; ++i) {
        const auto reply = f.client.chat(ask("s3cret-prompt"), {.api_key = "s3cret-call"});
        ASSERT_FALSE(reply.ok());
        note(reply.error().to_string());
    }
    note(f.client.chat(ask("s3cret-prompt"), {.api_key = "s3cret\n"}).error().to_string());
    EXPECT_EQ(all.find("s3cret"), std::string::npos) << all;
    EXPECT_NE(all.find("refused"), std::string::npos);
}

}  // namespace
}  // namespace vllm_client::api
