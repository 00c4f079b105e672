// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "c_api/fake_c_client.h"

namespace vllm_client::c_api {
namespace {

constexpr double patience = std::chrono::duration<double>(api::patience).count();

/// A stream that says "a", "b" and then stays silent.
void hold_a_stream_open(const CClient& c) {
    auto events = testing::chat_stream_events({"a", "b"});
    events.resize(3);
    c.fake.fake->stream(api::chat_path, {.events = events, .hold_open = true});
}

struct Heard {
    std::string text{};
    std::atomic<int> events{0};
    int enough{100};
};

int listen(const char* text, const char*, void* user) {
    auto& heard = *static_cast<Heard*>(user);
    heard.text += text;
    return ++heard.events >= heard.enough ? 1 : 0;
}

TEST(CApiCall, GivesTheReplyAsOftenAsAsked) {
    CClient c;
    const std::string body = testing::chat_reply_json("Hi");
    c.fake.fake->reply(api::chat_path, {.body = body});
    const OwnedCall call(vllm_client_chat_start(&c.handle, hello));
    ASSERT_NE(call, nullptr);
    EXPECT_EQ(vllm_client_call_wait(call.get(), -1), 1);
    for (int i = 0; i < 2; ++i) {
        CError error;
        const OwnedText reply(vllm_client_call_reply(call.get(), error.place()));
        ASSERT_NE(reply, nullptr) << error.message();
        EXPECT_EQ(reply.get(), body);
    }
    EXPECT_EQ(vllm_client_call_wait(call.get(), 0), 1);
}

TEST(CApiCall, ToldOfAWrongRequestAtItsEnd) {
    CClient c;
    const OwnedCall call(vllm_client_chat_start(&c.handle, "[]"));
    ASSERT_NE(call, nullptr);
    EXPECT_EQ(vllm_client_call_wait(call.get(), 0), 1);
    CError error;
    EXPECT_EQ(vllm_client_call_reply(call.get(), error.place()), nullptr);
    EXPECT_EQ(error.kind(), "config");
    const OwnedCall no_client(vllm_client_chat_start(nullptr, hello));
    CError null;
    EXPECT_EQ(vllm_client_call_reply(no_client.get(), null.place()), nullptr);
    EXPECT_EQ(null.message(), "client is NULL");
}

TEST(CApiCall, NullIsACallThatHasFailed) {
    vllm_client_call_cancel(nullptr);
    vllm_client_call_free(nullptr);
    EXPECT_EQ(vllm_client_call_wait(nullptr, -1), 1);
    CError error;
    EXPECT_EQ(vllm_client_call_reply(nullptr, error.place()), nullptr);
    EXPECT_EQ(error.message(), "call is NULL");
}

TEST(CApiCall, IsCancelledFromAnotherThreadWhileOneWaits) {
    CClient c;
    hold_a_stream_open(c);
    const OwnedCall call(vllm_client_chat_stream_start(&c.handle, hello, nullptr, nullptr));
    EXPECT_EQ(vllm_client_call_wait(call.get(), 0), 0);
    std::thread canceller([&] { vllm_client_call_cancel(call.get()); });
    CError error;
    EXPECT_EQ(vllm_client_call_reply(call.get(), error.place()), nullptr);
    canceller.join();
    EXPECT_EQ(vllm_client_error_get_code(error.get()), VLLM_CLIENT_ERROR_CANCELLED);
    vllm_client_call_cancel(call.get());
}

TEST(CApiCall, StreamsToTheListener) {
    CClient c;
    c.fake.fake->stream(api::chat_path, testing::chat_stream_events({"Hel", "lo"}));
    Heard heard;
    const OwnedCall call(vllm_client_chat_stream_start(&c.handle, hello, &listen, &heard));
    CError error;
    const OwnedText reply(vllm_client_call_reply(call.get(), error.place()));
    ASSERT_NE(reply, nullptr) << error.message();
    EXPECT_EQ(heard.text, "Hello");
    EXPECT_NE(std::string(reply.get()).find(R"("content":"Hello")"), std::string::npos);
}

TEST(CApiCall, EndsWhenTheListenerHasEnough) {
    CClient c;
    hold_a_stream_open(c);
    Heard heard{.enough = 2};
    const OwnedCall call(vllm_client_chat_stream_start(&c.handle, hello, &listen, &heard));
    EXPECT_EQ(vllm_client_call_wait(call.get(), patience), 1);
    CError error;
    EXPECT_EQ(vllm_client_call_reply(call.get(), error.place()), nullptr);
    EXPECT_EQ(error.kind(), "cancelled");
    EXPECT_EQ(heard.events, 2);
    EXPECT_EQ(heard.text, "a");
    EXPECT_STREQ(vllm_client_error_partial(error.get(), 0), "a");
}

TEST(CApiCall, FreedCancelsAndIsSilent) {
    CClient c;
    hold_a_stream_open(c);
    {
        Heard heard;
        vllm_client_call* call = vllm_client_chat_stream_start(&c.handle, hello, &listen, &heard);
        EXPECT_TRUE(api::eventually([&] { return heard.events == 3; }));
        vllm_client_call_free(call);
    }
    EXPECT_TRUE(api::eventually([&] { return c.fake.fake->open_count() == 0; }));
    EXPECT_EQ(c.fake.fake->cancelled_count(), 1U);
}

struct Suicidal {
    std::atomic<vllm_client_call*> call{nullptr};
    std::atomic<int> events{0};
};

int free_own_call(const char*, const char*, void* user) {
    auto& self = *static_cast<Suicidal*>(user);
    while (self.call.load() == nullptr)
        std::this_thread::yield();
    ++self.events;
    vllm_client_call_free(self.call.load());
    return 0;
}

TEST(CApiCall, MayBeFreedByItsListener) {
    CClient c;
    hold_a_stream_open(c);
    Suicidal self;
    self.call = vllm_client_chat_stream_start(&c.handle, hello, &free_own_call, &self);
    EXPECT_TRUE(api::eventually([&] { return c.fake.fake->cancelled_count() == 1; }));
    EXPECT_EQ(self.events, 1);
}

TEST(CApiCall, OutlivesItsClient) {
    auto fake = std::make_unique<api::FakeClient>();
    auto handle = std::make_unique<vllm_client_handle>(vllm_client_handle{fake->client});
    auto events = testing::chat_stream_events({"a"});
    events.resize(2);
    fake->fake->stream(api::chat_path, {.events = events, .hold_open = true});
    const OwnedCall call(vllm_client_chat_stream_start(handle.get(), hello, nullptr, nullptr));
    handle.reset();
    fake.reset();
    CError error;
    EXPECT_EQ(vllm_client_call_reply(call.get(), error.place()), nullptr);
    EXPECT_EQ(error.kind(), "cancelled");
}

}  // namespace
}  // namespace vllm_client::c_api
