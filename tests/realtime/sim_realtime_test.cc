// SPDX-License-Identifier: Apache-2.0
// The simulated server's side of the realtime route, heard by the client.
#include <gtest/gtest.h>

#include <cmath>
#include <span>
#include <string>
#include <vector>

#include "support/tls_files.h"
#include "vllm_client/realtime.h"
#include "vllm_client/testing/sim_server.h"

namespace vllm_client::realtime {
namespace {

using testing::SimFault;
using testing::SimOptions;
using testing::SimServer;

SimServer serve(SimOptions options = {}) {
    options.tasks = {"realtime"};
    options.models = {"voxtral"};
    return SimServer::start(std::move(options)).value();
}

RealtimeSession connect(const SimServer& server, std::string model = "voxtral") {
    return RealtimeSession::connect({.url = server.url(), .model = std::move(model)}).value();
}

/// A tone of this many seconds.
std::vector<std::int16_t> tone(double seconds) {
    std::vector<std::int16_t> samples(static_cast<std::size_t>(seconds * 16'000));
    for (std::size_t i = 0; i < samples.size(); ++i)
        samples[i] = static_cast<std::int16_t>(8000 * std::sin(0.001 * static_cast<double>(i * i)));
    return samples;
}

Result<RealtimeTranscript> transcribe(RealtimeSession& session,
                                      const std::vector<std::int16_t>& audio) {
    if (auto sent = session.append(audio); !sent) return sent.error();
    if (auto sent = session.commit(true); !sent) return sent.error();
    return session.collect();
}

TEST(SimRealtime, TranscribesTheSameAudioInTheSameWay) {
    const SimServer server = serve();
    RealtimeSession session = connect(server);
    const auto first = transcribe(session, tone(2.2));
    ASSERT_TRUE(first) << first.error().to_string();
    EXPECT_FALSE(first->text.empty());
    ASSERT_TRUE(first->usage);
    EXPECT_EQ(first->usage->completion_tokens, 5);
    EXPECT_EQ(first->usage->prompt_tokens, 28);
    const auto second = transcribe(session, tone(2.2));
    ASSERT_TRUE(second) << second.error().to_string();
    EXPECT_EQ(second->text, first->text);
    const auto other = transcribe(session, tone(3));
    ASSERT_TRUE(other);
    EXPECT_NE(other->text, first->text);
}

TEST(SimRealtime, HowTheAudioIsCutDoesNotMatter) {
    const SimServer server = serve();
    RealtimeSession session = connect(server);
    const auto audio = tone(2);
    const auto whole = transcribe(session, audio);
    ASSERT_TRUE(whole);
    ASSERT_TRUE(session.commit());
    for (std::size_t at = 0; at < audio.size(); at += 777)
        ASSERT_TRUE(session.append(
            std::span(audio).subspan(at, std::min<std::size_t>(777, audio.size() - at))));
    ASSERT_TRUE(session.commit(true));
    EXPECT_EQ(session.collect()->text, whole->text);
}

TEST(SimRealtime, TextComesWhileAudioIsSpoken) {
    const SimServer server = serve();
    RealtimeSession session = connect(server);
    ASSERT_TRUE(session.commit());
    std::string text;
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(session.append(tone(0.5)));
        for (;;) {
            const auto event = session.next();
            ASSERT_TRUE(event && *event);
            if ((*event)->kind != RealtimeEventKind::delta) continue;
            text += (*event)->text;
            break;
        }
    }
    ASSERT_TRUE(session.commit(true));
    EXPECT_EQ(session.collect()->text, text);
}

TEST(SimRealtime, LongAudioInOneCall) {
    const SimServer server = serve();
    RealtimeSession session = connect(server);
    const auto transcript = transcribe(session, tone(120));
    ASSERT_TRUE(transcript) << transcript.error().to_string();
    EXPECT_EQ(transcript->usage->completion_tokens, 240);
}

TEST(SimRealtime, UnknownModelIsAnErrorEvent) {
    const SimServer server = serve();
    RealtimeSession session = connect(server, "absent");
    const auto transcript = transcribe(session, tone(1));
    ASSERT_FALSE(transcript);
    EXPECT_EQ(transcript.error().server.code, "model_not_found");
    EXPECT_EQ(transcript.error().server.message, "The model `absent` does not exist.");
}

TEST(SimRealtime, ServerWithoutTheTaskSaysWhatIsNeeded) {
    const SimServer server = SimServer::start().value();
    const auto session = RealtimeSession::connect({.url = server.url(), .model = "sim"});
    ASSERT_FALSE(session);
    EXPECT_EQ(session.error().kind, ErrorKind::unsupported);
    EXPECT_EQ(session.error().http_status, 403);
}

TEST(SimRealtime, KeysAreChecked) {
    const SimServer server = serve({.api_keys = {"right"}});
    RealtimeOptions options{.url = server.url(), .api_key = "wrong", .model = "voxtral"};
    const auto refused = RealtimeSession::connect(options);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().http_status, 401);
    options.api_key = "right";
    EXPECT_TRUE(RealtimeSession::connect(options));
}

TEST(SimRealtime, SpeaksTls) {
    const support::TlsFiles files;
    const SimServer server = serve({.tls_certificate_file = files.server().certificate,
                                    .tls_key_file = files.server().private_key});
    auto session = RealtimeSession::connect(
        {.url = server.url(), .model = "voxtral", .tls = {.ca_bundle = files.authority()}});
    ASSERT_TRUE(session) << session.error().to_string();
    EXPECT_TRUE(transcribe(*session, tone(60)));
}

TEST(SimRealtime, FaultsComeAfterSoManyWords) {
    const auto outcome = [](SimFault fault) {
        const SimServer server = serve({.fault = [fault](const auto&) { return fault; }});
        auto session =
            RealtimeSession::connect({.url = server.url(),
                                      .model = "voxtral",
                                      .timeouts = {.transcript = std::chrono::milliseconds(300)}});
        if (!session) return session.error();
        auto transcript = transcribe(*session, tone(2));
        return transcript ? Error{} : transcript.error();
    };
    EXPECT_EQ(outcome({.http_status = 503}).http_status, 503);
    const Error cut = outcome({.cut_after_tokens = 2});
    EXPECT_EQ(cut.kind, ErrorKind::stream);
    ASSERT_EQ(cut.partial.size(), 1U);
    EXPECT_FALSE(cut.partial[0].empty());
    EXPECT_EQ(outcome({.stall_after_tokens = 1}).kind, ErrorKind::timeout);
    EXPECT_EQ(outcome({.error_after_tokens = 0}).server.code, "processing_error");
}

TEST(SimRealtime, DroppedConnectionsAreErrors) {
    SimServer server = serve();
    RealtimeSession session = connect(server);
    ASSERT_TRUE(session.commit());
    server.drop_connections();
    EXPECT_EQ(session.collect().error().kind, ErrorKind::stream);
}

}  // namespace
}  // namespace vllm_client::realtime
