// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/audio.h"

#include <gtest/gtest.h>

#include "api/fake_client.h"

namespace vllm_client::api {
namespace {

constexpr const char* transcriptions = "/v1/audio/transcriptions";

TranscriptionRequest speech() {
    return {.file = FileSource::from_memory("RIFF", "a.wav"), .language = "en"};
}

TEST(Audio, UploadsAForm) {
    const FakeClient fake({.api_key = "k", .model = "whisper"});
    fake.fake->reply(transcriptions, {.body = R"({"text":"Hi","usage":{"seconds":2}})"});
    const auto reply = fake.client.audio().transcribe(speech(), {.request_id = "r1"});
    ASSERT_TRUE(reply) << reply.error().to_string();
    EXPECT_EQ(reply->text, "Hi");
    EXPECT_EQ(reply->audio_seconds, 2);
    const auto sent = fake.fake->requests().at(0);
    const std::string type(*sent.header("Content-Type"));
    ASSERT_TRUE(type.starts_with("multipart/form-data; boundary="));
    const std::string boundary = type.substr(type.find('=') + 1);
    EXPECT_TRUE(sent.body.starts_with("--" + boundary + "\r\n"));
    EXPECT_TRUE(sent.body.ends_with("\r\n--" + boundary + "--\r\n"));
    EXPECT_NE(sent.body.find("name=\"model\"\r\n\r\nwhisper\r\n"), std::string::npos);
    EXPECT_EQ(sent.header("Authorization"), "Bearer k");
    EXPECT_EQ(sent.header("X-Request-Id"), "r1");
}

TEST(Audio, EachFormHasItsOwnBoundary) {
    const FakeClient fake;
    fake.fake->reply(transcriptions, {.body = R"({"text":"Hi"})"});
    ASSERT_TRUE(fake.client.audio().transcribe(speech()));
    ASSERT_TRUE(fake.client.audio().transcribe_async(speech()).get());
    const auto sent = fake.fake->requests();
    EXPECT_NE(sent[0].header("Content-Type"), sent[1].header("Content-Type"));
}

TEST(Audio, TranslatesOnItsOwnRoute) {
    const FakeClient fake;
    fake.fake->reply("/v1/audio/translations", {.body = R"({"text":"Hallo"})"});
    EXPECT_EQ(fake.client.audio().translate(speech())->text, "Hallo");
}

TEST(Audio, StreamsUntilTheEndMarker) {
    const FakeClient fake;
    fake.fake->stream(
        transcriptions,
        std::vector<std::string>{R"({"id":"t","model":"w","choices":[{"delta":{"content":"a"}}]})",
                                 R"({"id":"t","choices":[{"delta":{"content":"b"},)"
                                 R"("finish_reason":"stop","stop_reason":null}]})",
                                 "[DONE]"});
    auto stream = fake.client.audio().transcribe_stream(speech());
    const auto reply = stream.collect();
    ASSERT_TRUE(reply) << reply.error().to_string();
    EXPECT_EQ(reply->text, "ab");
    EXPECT_NE(fake.fake->requests().at(0).body.find("name=\"stream\"\r\n\r\ntrue"),
              std::string::npos);
}

TEST(Audio, StreamWithoutEndMarkerIsBrokenAndKeepsItsText) {
    const FakeClient fake;
    fake.fake->stream(transcriptions,
                      std::vector<std::string>{R"({"id":"t","choices":[{"delta":{"content":"a"},)"
                                               R"("finish_reason":"stop"}]})"});
    auto stream = fake.client.audio().transcribe_stream(speech());
    const auto reply = stream.collect();
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().kind, ErrorKind::stream);
    EXPECT_EQ(reply.error().partial, std::vector<std::string>{"a"});
}

TEST(Audio, NothingIsSentWithoutAFile) {
    const FakeClient fake;
    EXPECT_EQ(fake.client.audio().transcribe({}).error().kind, ErrorKind::config);
    EXPECT_EQ(fake.client.audio().transcribe_stream({}).next().error().kind, ErrorKind::config);
    EXPECT_TRUE(fake.fake->requests().empty());
}

TEST(Audio, ServerWithoutEarsIsUnsupported) {
    const FakeClient fake;
    fake.fake->reply(transcriptions, {.status = 404, .body = R"({"detail":"Not Found"})"});
    const auto reply = fake.client.audio().transcribe(speech());
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().kind, ErrorKind::unsupported);
    EXPECT_NE(reply.error().message.find("speech model"), std::string::npos);
}

TEST(Audio, OutlivesTheClient) {
    auto fake = std::make_unique<FakeClient>();
    const Audio audio = fake->client.audio();
    fake.reset();
    EXPECT_EQ(audio.transcribe(speech()).error().kind, ErrorKind::closed);
}

}  // namespace
}  // namespace vllm_client::api
