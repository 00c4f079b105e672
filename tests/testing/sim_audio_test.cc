// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "testing/sim_client.h"

namespace vllm_client {
namespace {

using support::fast_sim;
using support::Json;
using support::keys;
using support::SimClient;
using support::SimReply;

std::string field(const std::string& name, const std::string& value) {
    return "--edge\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value +
           "\r\n";
}

std::string file(const std::string& bytes) {
    return "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n"
           "Content-Type: audio/wav\r\n\r\n" +
           bytes + "\r\n";
}

// Silence at 16,000 bytes a second.
std::string wav(int seconds) {
    std::string head("RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0", 24);
    head += std::string("\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0", 12);
    head += std::string("data\0\0\0\0", 8);
    return head + std::string(static_cast<std::size_t>(seconds) * 16000, '\0');
}

class SimAudio : public ::testing::Test {
 protected:
    SimReply post(const std::string& parts, const std::string& path = "/v1/audio/transcriptions") {
        const std::string body = parts + "--edge--\r\n";
        client_.raw().send("POST " + path +
                           " HTTP/1.1\r\nhost: sim\r\n"
                           "content-type: multipart/form-data; boundary=edge\r\n"
                           "content-length: " +
                           std::to_string(body.size()) + "\r\n\r\n" + body);
        return client_.read_reply();
    }

    testing::SimServer server_{fast_sim({.tasks = {"transcription"}})};
    SimClient client_{server_};
};

TEST_F(SimAudio, Transcribes) {
    const Json reply = post(file(wav(2))).json();
    EXPECT_EQ(keys(reply), "text usage");
    EXPECT_EQ(reply["usage"], Json({{"type", "duration"}, {"seconds", 2}}));
    EXPECT_EQ(post(file(wav(2))).json(), reply);
    EXPECT_EQ(keys(post(file(wav(2)), "/v1/audio/translations").json()), "text");
}

TEST_F(SimAudio, TellsSegmentsIfAsked) {
    const Json reply = post(file(wav(40)) + field("response_format", "verbose_json")).json();
    EXPECT_EQ(keys(reply), "duration language text segments words");
    ASSERT_EQ(reply["segments"].size(), 2U);
    EXPECT_EQ(reply["segments"][1]["start"], 30);
}

TEST_F(SimAudio, StreamsOneFinishForEachPiece) {
    const SimReply reply =
        post(file(wav(40)) + field("stream", "true") + field("stream_include_usage", "true"));
    EXPECT_TRUE(reply.done());
    int finished = 0;
    std::string text;
    for (const Json& event : reply.events()) {
        EXPECT_EQ(event["object"], "transcription.chunk");
        for (const Json& choice : event["choices"]) {
            EXPECT_FALSE(choice.contains("index"));
            finished += choice.contains("finish_reason") ? 1 : 0;
            text += choice["delta"]["content"];
        }
    }
    EXPECT_EQ(finished, 2);
    EXPECT_TRUE(reply.events().back().contains("usage"));
    EXPECT_EQ(text, post(file(wav(40))).json()["text"]);
}

TEST_F(SimAudio, RefusesWhatItCannotTake) {
    EXPECT_EQ(post(field("file", "text")).status, 422);
    EXPECT_EQ(post(field("model", "sim")).json()["error"]["param"], "body.file");
    EXPECT_EQ(post(file(wav(1)) + field("response_format", "srt")).json()["error"]["message"],
              "Currently only support response_format: `text`, `json`, `verbose_json` or "
              "`diarized_json`");
    EXPECT_EQ(post(file(wav(1)) + field("stream_include_usage", "true")).status, 400);
    EXPECT_EQ(post(file(wav(1)) + field("model", "no")).status, 404);
    EXPECT_EQ(client_.post("/v1/chat/completions", Json::object()).status, 404);
}

}  // namespace
}  // namespace vllm_client
