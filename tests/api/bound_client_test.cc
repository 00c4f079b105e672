// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/bound_client.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "api/fake_client.h"

namespace vllm_client::api {
namespace {

bool has(const std::string& body, const std::string& part) {
    return body.find(part) != std::string::npos;
}

TEST(BoundClient, FillsInOnlyWhatItWasGiven) {
    const FakeClient f;
    f.answer_chat("x");
    const BoundClient bound = f.client.bind({.model = "tiny"});
    ASSERT_TRUE(bound.chat(ask("hi")).ok());
    EXPECT_EQ(f.fake->requests().at(0).body,
              R"({"messages":[{"content":"hi","role":"user"}],"model":"tiny"})");
}

TEST(BoundClient, FillsSamplingAndTheSystemPrompt) {
    const FakeClient f;
    f.answer_chat("x");
    const BoundClient bound = f.client.bind({.model = "tiny",
                                             .system_prompt = "Be brief.",
                                             .max_tokens = 7,
                                             .temperature = 0.5,
                                             .seed = 3,
                                             .stop = {"END"}});
    ASSERT_TRUE(bound.chat(ask("hi")).ok());
    const std::string body = f.fake->requests().at(0).body;
    EXPECT_TRUE(has(body, R"([{"content":"Be brief.","role":"system"},{"content":"hi",)")) << body;
    EXPECT_TRUE(has(body, R"("max_completion_tokens":7)")) << body;
    EXPECT_TRUE(has(body, R"("temperature":0.5)")) << body;
    EXPECT_TRUE(has(body, R"("seed":3)")) << body;
    EXPECT_TRUE(has(body, R"("stop":["END"])")) << body;
    EXPECT_FALSE(has(body, "top_p")) << body;
}

TEST(BoundClient, WhatTheRequestSaysWins) {
    const FakeClient f;
    f.answer_chat("x");
    const BoundClient bound = f.client.bind(
        {.model = "tiny", .system_prompt = "Be brief.", .max_tokens = 7, .temperature = 0.5});
    ChatRequest request{.messages = {system_message("Be long."), user("hi")}};
    request.model = "big";
    request.max_tokens = 9;
    ASSERT_TRUE(bound.chat(request).ok());
    const std::string body = f.fake->requests().at(0).body;
    EXPECT_TRUE(has(body, R"("model":"big")")) << body;
    EXPECT_TRUE(has(body, R"("max_completion_tokens":9)")) << body;
    EXPECT_FALSE(has(body, "brief")) << body;
}

TEST(BoundClient, CallOptionsFallBackMemberByMember) {
    const FakeClient f;
    f.answer_chat("x");
    Defaults defaults{.model = "tiny"};
    defaults.call.api_key = "bound-key";
    defaults.call.headers = {{"X-Team", "bound"}, {"X-Kept", "yes"}};
    defaults.call.timeouts.total = std::chrono::seconds(3);
    const BoundClient bound = f.client.bind(defaults);
    CallOptions call{.headers = {{"X-Team", "call"}}};
    call.timeouts.first_byte = std::chrono::seconds(1);
    ASSERT_TRUE(bound.chat(ask("hi"), call).ok());
    const auto request = f.fake->requests().at(0);
    EXPECT_EQ(request.header("Authorization"), "Bearer bound-key");
    EXPECT_EQ(request.header("X-Team"), "call");
    EXPECT_EQ(request.header("X-Kept"), "yes");
    EXPECT_EQ(request.timeouts.total, std::chrono::seconds(3));
    EXPECT_EQ(request.timeouts.first_byte, std::chrono::seconds(1));
}

TEST(BoundClient, HasEveryFormOfEveryFamily) {
    const FakeClient f;
    f.fake->reply(chat_path, {.body = testing::chat_reply_json("chat")});
    f.fake->reply(completion_path, {.body = testing::completion_reply_json("text")});
    f.fake->reply("/v1/embeddings", {.body = testing::embedding_reply_json({{1}})});
    const BoundClient bound = f.client.bind({.model = "tiny"});
    EXPECT_EQ(bound.chat_async(ask("x")).get().value().text(), "chat");
    EXPECT_EQ(bound.complete({.prompt = "x"}).value().text(), "text");
    EXPECT_EQ(bound.embed({.input = "x"}).value().dim, 1U);
    for (const auto& request : f.fake->requests()) {
        EXPECT_TRUE(has(request.body, R"("model":"tiny")")) << request.body;
    }
}

TEST(BoundClient, StreamsWithItsDefaults) {
    const FakeClient f;
    f.fake->stream(chat_path, testing::chat_stream_events({"a", "b"}));
    f.fake->stream(completion_path, testing::completion_stream_events({"c"}));
    const BoundClient bound = f.client.bind({.model = "tiny"});
    EXPECT_EQ(bound.chat_stream(ask("x")).collect().value().text(), "ab");
    EXPECT_EQ(bound.complete_stream({.prompt = "x"}).collect().value().text(), "c");
}

// The body of a chat of a client bound with this preset.
std::string body_with(SamplingPreset which, Defaults defaults = {}) {
    const FakeClient f;
    f.answer_chat("x");
    const BoundClient bound = f.client.bind(preset(which, std::move(defaults)));
    EXPECT_EQ(bound("hi").value().text(), "x");
    return f.fake->requests().at(0).body;
}

TEST(BoundClient, PresetsFillInTheirValues) {
    const std::string messages = R"("messages":[{"content":"hi","role":"user"}])";
    EXPECT_EQ(body_with(SamplingPreset::server_default), "{" + messages + "}");
    EXPECT_EQ(body_with(SamplingPreset::creative),
              "{" + messages + R"(,"temperature":0.9,"top_p":0.95})");
    EXPECT_EQ(body_with(SamplingPreset::precise),
              "{" + messages + R"(,"temperature":0.1,"top_p":0.1})");
    EXPECT_EQ(body_with(SamplingPreset::fast),
              R"({"max_completion_tokens":50,)" + messages + R"(,"top_k":10})");
    EXPECT_EQ(body_with(SamplingPreset::beam),
              "{" + messages + R"(,"n":3,"use_beam_search":true})");
}

TEST(BoundClient, WhatIsSetBesideAPresetWins) {
    EXPECT_EQ(body_with(SamplingPreset::creative, {.model = "tiny", .temperature = 0.5}),
              R"({"messages":[{"content":"hi","role":"user"}],"model":"tiny",)"
              R"("temperature":0.5,"top_p":0.95})");
}

TEST(BoundClient, IsCallable) {
    const FakeClient f;
    f.answer_chat("ok");
    const BoundClient bound = f.client.bind({.model = "tiny", .system_prompt = "Be brief."});
    EXPECT_EQ(bound("hi").value().text(), "ok");
    EXPECT_EQ(f.fake->requests().at(0).body,
              R"({"messages":[{"content":"Be brief.","role":"system"},)"
              R"({"content":"hi","role":"user"}],"model":"tiny"})");
}

TEST(BoundClient, CopiesAreIndependentOfTheOriginal) {
    const FakeClient f;
    f.answer_chat("x");
    auto original = std::make_unique<BoundClient>(f.client.bind({.model = "tiny"}));
    const BoundClient copy = *original;
    original.reset();
    EXPECT_EQ(copy.defaults().model, "tiny");
    EXPECT_TRUE(copy.chat(ask("x")).ok());
}

}  // namespace
}  // namespace vllm_client::api
