// SPDX-License-Identifier: Apache-2.0
#include "realtime/session_event.h"

#include <gtest/gtest.h>

#include <array>

namespace vllm_client::realtime {
namespace {

TEST(SessionEvent, UpdateNamesTheModel) {
    EXPECT_EQ(session_update("voxtral", {}).value(),
              R"({"model":"voxtral","type":"session.update"})");
    EXPECT_EQ(session_update("v", R"({"language":"de"})").value(),
              R"({"language":"de","model":"v","type":"session.update"})");
}

TEST(SessionEvent, UpdateWithBrokenExtraIsRefused) {
    const auto message = session_update("v", "{");
    ASSERT_FALSE(message);
    EXPECT_EQ(message.error().kind, ErrorKind::config);
}

TEST(SessionEvent, AudioIsBase64) {
    const std::array<std::byte, 4> pcm{std::byte{0}, std::byte{1}, std::byte{2}, std::byte{0xFF}};
    EXPECT_EQ(audio_append(pcm), R"({"audio":"AAEC/w==","type":"input_audio_buffer.append"})");
}

TEST(SessionEvent, OnlyTheFinalCommitSaysSo) {
    EXPECT_EQ(audio_commit(false), R"({"type":"input_audio_buffer.commit"})");
    EXPECT_EQ(audio_commit(true), R"({"final":true,"type":"input_audio_buffer.commit"})");
}

TEST(SessionEvent, ReadsSessionCreated) {
    const auto event =
        read_session_event(R"({"type":"session.created","id":"sess-a","created":1,"new":[1]})");
    ASSERT_TRUE(event);
    EXPECT_EQ(event->kind, RealtimeEventKind::session_created);
    EXPECT_EQ(event->session_id, "sess-a");
    EXPECT_EQ(event->json, R"({"type":"session.created","id":"sess-a","created":1,"new":[1]})");
}

TEST(SessionEvent, ReadsADeltaWhoseTypeComesLast) {
    const auto event = read_session_event(R"({"delta":"gr\u00fcn","type":"transcription.delta"})");
    ASSERT_TRUE(event);
    EXPECT_EQ(event->kind, RealtimeEventKind::delta);
    EXPECT_EQ(event->text, "grün");
}

TEST(SessionEvent, ReadsDoneWithAndWithoutUsage) {
    const auto event = read_session_event(
        R"({"type":"transcription.done","text":"a b","usage":{"prompt_tokens":3,)"
        R"("completion_tokens":2,"total_tokens":5,"prompt_tokens_details":null}})");
    ASSERT_TRUE(event);
    EXPECT_EQ(event->kind, RealtimeEventKind::done);
    EXPECT_EQ(event->text, "a b");
    ASSERT_TRUE(event->usage);
    EXPECT_EQ(event->usage->total_tokens, 5);
    const auto bare = read_session_event(R"({"type":"transcription.done","text":"","usage":null})");
    ASSERT_TRUE(bare);
    EXPECT_FALSE(bare->usage);
}

TEST(SessionEvent, ReadsTheErrorOfVllmAndTheNestedOne) {
    const auto flat = read_session_event(
        R"({"type":"error","error":"The model `x` does not exist.","code":"model_not_found"})");
    ASSERT_TRUE(flat);
    EXPECT_EQ(flat->kind, RealtimeEventKind::error);
    EXPECT_EQ(flat->error.code, "model_not_found");
    EXPECT_EQ(flat->error.message, "The model `x` does not exist.");
    const auto nested = read_session_event(
        R"({"type":"error","error":{"type":"invalid","code":"bad","message":"no","param":null}})");
    ASSERT_TRUE(nested);
    EXPECT_EQ(nested->error.code, "bad");
    EXPECT_EQ(nested->error.message, "no");
    const auto no_code = read_session_event(R"({"type":"error","error":"x","code":null})");
    ASSERT_TRUE(no_code);
    EXPECT_EQ(no_code->error.code, "");
}

TEST(SessionEvent, UnknownEventsKeepTheirText) {
    const std::string json = R"({"type":"speech.started","delta":{"at":3},"text":7,"id":null})";
    const auto event = read_session_event(json);
    ASSERT_TRUE(event);
    EXPECT_EQ(event->kind, RealtimeEventKind::unknown);
    EXPECT_EQ(event->type, "speech.started");
    EXPECT_EQ(event->json, json);
}

TEST(SessionEvent, WhatHasNoMeaningIsADecodeError) {
    for (const char* json :
         {"", "[]", "nonsense", R"({"delta":"x"})", R"({"type":3})", R"({"type":""})",
          R"({"type":"transcription.delta"})", R"({"type":"transcription.done"})",
          R"({"type":"error","error":"x")", R"({"type":"error"} {})"}) {
        const auto event = read_session_event(json);
        ASSERT_FALSE(event) << json;
        EXPECT_EQ(event.error().kind, ErrorKind::decode) << json;
    }
}

}  // namespace
}  // namespace vllm_client::realtime
