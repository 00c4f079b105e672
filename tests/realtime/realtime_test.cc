// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/realtime.h"

#include <future>
#include <mutex>
#include <thread>

#include "realtime/realtime_fixture.h"

namespace vllm_client::realtime {
namespace {

using support::Gate;
using support::Script;
using support::ScriptedServer;

/// Answers a clip: reads audio, both commits, and sends `events`.
Script answering(std::vector<std::string> events) {
    Script script{support::read_text(), support::read_text(), support::read_text()};
    for (const std::string& event : events)
        script.push_back(support::send_text(event));
    return opening() + script;
}

TEST(Realtime, AClipBecomesATranscript) {
    ScriptedServer server;
    server.serve(answering({delta_of("hi "), delta_of("there"), done_hi}) +
                 Script{support::answer_close()});
    auto session = RealtimeSession::connect(options_for(server));
    ASSERT_TRUE(session) << session.error().to_string();
    const auto transcript = transcribe(*session);
    ASSERT_TRUE(transcript) << transcript.error().to_string();
    EXPECT_EQ(transcript->text, "hi there");
    ASSERT_TRUE(transcript->usage);
    EXPECT_EQ(transcript->usage->completion_tokens, 2);
}

TEST(Realtime, UpgradeCarriesPathKeyAndHeaders) {
    ScriptedServer server;
    server.serve(opening() + Script{support::answer_close()});
    auto options = options_for(server);
    options.url += "/prefix/v1";
    options.api_key = "secret";
    options.headers = {{"X-Team", "speech"}};
    ASSERT_TRUE(RealtimeSession::connect(options));
    const auto request = server.requests().at(0);
    EXPECT_EQ(request.target, "/prefix/v1/realtime");
    EXPECT_EQ(request.header("Authorization"), "Bearer secret");
    EXPECT_EQ(request.header("X-Team"), "speech");
    EXPECT_EQ(request.header("Upgrade"), "websocket");
    EXPECT_EQ(request.header("Host"), "127.0.0.1:" + std::to_string(server.port()));
}

TEST(Realtime, MessagesComeInTheOrderTheServerNeeds) {
    ScriptedServer server;
    std::mutex mutex;
    std::vector<std::string> seen;
    const auto keep = support::read_text([&](const std::string& text) {
        const std::lock_guard lock(mutex);
        seen.push_back(text);
    });
    server.serve({support::accept_web_socket(), support::send_text(created), keep, keep, keep, keep,
                  keep, support::send_text(done_hi), support::answer_close()});
    auto options = options_for(server);
    options.limits.chunk_bytes = 4;
    auto session = RealtimeSession::connect(options);
    ASSERT_TRUE(session);
    ASSERT_TRUE(session->append(std::vector<std::int16_t>{1, 2, -1}));
    ASSERT_TRUE(session->commit(true));
    ASSERT_TRUE(session->collect());
    const std::lock_guard lock(mutex);
    const std::vector<std::string> expected{
        R"({"model":"voxtral","type":"session.update"})",
        R"({"audio":"AQACAA==","type":"input_audio_buffer.append"})",
        R"({"audio":"//8=","type":"input_audio_buffer.append"})",
        R"({"type":"input_audio_buffer.commit"})",
        R"({"final":true,"type":"input_audio_buffer.commit"})"};
    EXPECT_EQ(seen, expected);
}

TEST(Realtime, EventsComeOneByOne) {
    ScriptedServer server;
    server.serve(answering({delta_of("hi "), R"({"type":"speech.stopped","at":3})",
                            delta_of("there"), done_hi}) +
                 Script{support::send_close(1000)});
    auto session = RealtimeSession::connect(options_for(server));
    ASSERT_TRUE(session);
    ASSERT_TRUE(session->append(clip()));
    ASSERT_TRUE(session->commit(true));
    std::vector<RealtimeEventKind> kinds;
    for (;;) {
        auto event = session->next();
        ASSERT_TRUE(event) << event.error().to_string();
        if (!*event) break;
        kinds.push_back((*event)->kind);
    }
    const std::vector<RealtimeEventKind> expected{
        RealtimeEventKind::session_created, RealtimeEventKind::delta, RealtimeEventKind::unknown,
        RealtimeEventKind::delta, RealtimeEventKind::done};
    EXPECT_EQ(kinds, expected);
    EXPECT_FALSE((*session->next()).has_value());
    EXPECT_EQ(session->append(clip()).error().kind, ErrorKind::closed);
}

TEST(Realtime, UtterancesFollowOneAnother) {
    ScriptedServer server;
    const Script again{support::read_text(), support::read_text(), support::read_text(),
                       support::send_text(done_hi)};
    server.serve(opening() + again + again + Script{support::answer_close()});
    auto session = RealtimeSession::connect(options_for(server));
    ASSERT_TRUE(session);
    ASSERT_TRUE(transcribe(*session));
    const auto second = transcribe(*session);
    ASSERT_TRUE(second) << second.error().to_string();
    EXPECT_EQ(second->text, "hi there");
}

TEST(Realtime, AudioTheServerWouldDropIsRefused) {
    ScriptedServer server;
    const Gate finish;
    server.serve(opening() + Script{support::read_text(), support::read_text(),
                                    support::wait_for(finish), support::send_text(done_hi),
                                    support::answer_close()});
    auto session = RealtimeSession::connect(options_for(server));
    ASSERT_TRUE(session);
    ASSERT_TRUE(session->commit(true));
    EXPECT_EQ(session->append(clip()).error().kind, ErrorKind::config);
    EXPECT_EQ(session->commit().error().kind, ErrorKind::config);
    finish.open();
    EXPECT_TRUE(session->collect());
    EXPECT_TRUE(session->append(clip()));
}

TEST(Realtime, HalfASampleIsRefused) {
    ScriptedServer server;
    server.serve(opening() + Script{support::answer_close()});
    auto session = RealtimeSession::connect(options_for(server));
    ASSERT_TRUE(session);
    const std::vector<std::byte> three(3);
    EXPECT_EQ(session->append_bytes(three).error().kind, ErrorKind::config);
    EXPECT_TRUE(session->append_bytes({}));
    EXPECT_EQ(session->collect().error().kind, ErrorKind::config);
}

TEST(Realtime, AnErrorEventHasItsCodeAndTheSessionGoesOn) {
    ScriptedServer server;
    const std::string refusal =
        R"({"type":"error","error":"Engine trouble","code":"processing_error"})";
    server.serve(answering({delta_of("hi"), refusal}) +
                 Script{support::read_text(), support::read_text(), support::read_text(),
                        support::send_text(done_hi), support::answer_close()});
    auto session = RealtimeSession::connect(options_for(server));
    ASSERT_TRUE(session);
    const auto failed = transcribe(*session);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().kind, ErrorKind::stream);
    EXPECT_EQ(failed.error().server.code, "processing_error");
    EXPECT_EQ(failed.error().server.message, "Engine trouble");
    EXPECT_EQ(failed.error().partial, std::vector<std::string>{"hi"});
    EXPECT_TRUE(transcribe(*session));
}

TEST(Realtime, AnErrorInPlaceOfTheFirstEventFailsConnect) {
    ScriptedServer server;
    server.serve({support::accept_web_socket(),
                  support::send_text(R"({"type":"error","error":"busy","code":"overloaded"})"),
                  support::answer_close()});
    const auto session = RealtimeSession::connect(options_for(server));
    ASSERT_FALSE(session);
    EXPECT_EQ(session.error().server.code, "overloaded");
}

TEST(Realtime, ManyUnreadEventsStopTheReadingAndNoneIsLost) {
    ScriptedServer server;
    std::vector<std::string> events;
    for (int i = 0; i < 2000; ++i)
        events.push_back(delta_of(std::to_string(i) + " "));
    events.emplace_back(done_hi);
    server.serve(answering(events) + Script{support::answer_close()});
    auto options = options_for(server);
    options.limits.unread_bytes = 200;
    auto session = RealtimeSession::connect(options);
    ASSERT_TRUE(session);
    ASSERT_TRUE(session->append(clip()));
    ASSERT_TRUE(session->commit(true));
    int deltas = 0;
    for (;;) {
        auto event = session->next();
        ASSERT_TRUE(event && *event) << event.error().to_string();
        if ((*event)->kind == RealtimeEventKind::done) break;
        if ((*event)->kind != RealtimeEventKind::delta) continue;
        EXPECT_EQ((*event)->text, std::to_string(deltas++) + " ");
    }
    EXPECT_EQ(deltas, 2000);
}

TEST(Realtime, ServerThatReadsNothingMakesAppendWaitAndThenFail) {
    ScriptedServer server;
    server.serve({support::accept_web_socket(), support::send_text(created), support::hold()});
    auto options = options_for(server);
    options.timeouts.send = 200ms;
    options.limits.unsent_bytes = 1000;
    auto session = RealtimeSession::connect(options);
    ASSERT_TRUE(session);
    const std::vector<std::int16_t> hour(16'000'000);
    const auto sent = session->append(hour);
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().kind, ErrorKind::timeout);
    EXPECT_EQ(session->next().error().kind, ErrorKind::timeout);
}

TEST(Realtime, OneThreadSpeaksWhileAnotherListens) {
    ScriptedServer server;
    Script script = opening();
    for (int i = 0; i < 52; ++i)
        script.push_back(support::read_text());
    server.serve(script + Script{support::send_text(delta_of("hi ")), support::send_text(done_hi),
                                 support::answer_close()});
    auto session = RealtimeSession::connect(options_for(server));
    ASSERT_TRUE(session);
    ASSERT_TRUE(session->commit());
    std::thread speaker([&session] {
        for (int i = 0; i < 50; ++i)
            EXPECT_TRUE(session->append(clip()));
        EXPECT_TRUE(session->commit(true));
    });
    const auto transcript = session->collect();
    speaker.join();
    ASSERT_TRUE(transcript) << transcript.error().to_string();
    EXPECT_EQ(transcript->text, "hi there");
}

TEST(Realtime, CancelFromAnotherThreadEndsAWait) {
    ScriptedServer server;
    server.serve(opening() + Script{support::wait_for_peer_close()});
    auto session = RealtimeSession::connect(options_for(server));
    ASSERT_TRUE(session);
    ASSERT_TRUE(session->commit(true));
    auto waiting = std::async(std::launch::async, [&session] { return session->collect(); });
    session->cancel();
    EXPECT_EQ(waiting.get().error().kind, ErrorKind::cancelled);
    EXPECT_EQ(session->append(clip()).error().kind, ErrorKind::cancelled);
    EXPECT_TRUE(server.wait_until([&server] { return server.connections_open() == 0; }));
}

TEST(Realtime, AStopRequestCancelsTheSessionAndConnect) {
    ScriptedServer server;
    server.serve(opening() + Script{support::wait_for_peer_close()});
    std::stop_source stop;
    auto options = options_for(server);
    options.stop = stop.get_token();
    auto session = RealtimeSession::connect(options);
    ASSERT_TRUE(session);
    stop.request_stop();
    EXPECT_EQ(session->next().error().kind, ErrorKind::cancelled);
    EXPECT_EQ(RealtimeSession::connect(options).error().kind, ErrorKind::cancelled);
}

TEST(Realtime, CloseSaysGoodbye) {
    ScriptedServer server;
    std::promise<std::string> goodbye;
    server.serve(opening() + Script{support::call([&goodbye](support::Connection& connection) {
                     const auto frame = support::read_frame(connection);
                     goodbye.set_value(frame ? frame->payload : "");
                     if (frame) connection.send(support::frame(frame->kind, frame->payload));
                 })});
    auto session = RealtimeSession::connect(options_for(server));
    ASSERT_TRUE(session);
    session->close();
    EXPECT_EQ(goodbye.get_future().get(), support::close_payload(1000));
    EXPECT_EQ(session->next().error().kind, ErrorKind::closed);
    EXPECT_EQ(session->commit().error().kind, ErrorKind::closed);
    session->close();
}

TEST(Realtime, DestructionDoesNotWaitForASilentServer) {
    ScriptedServer server;
    server.serve(opening() + Script{support::hold()});
    auto session = RealtimeSession::connect(options_for(server));
    ASSERT_TRUE(session);
    const auto begun = std::chrono::steady_clock::now();
    { const RealtimeSession gone = *std::move(session); }
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 2s);
}

TEST(Realtime, AMovedFromSessionIsClosed) {
    ScriptedServer server;
    server.serve(opening() + Script{support::answer_close()});
    auto first = RealtimeSession::connect(options_for(server));
    ASSERT_TRUE(first);
    RealtimeSession second = *std::move(first);
    EXPECT_EQ(first->next().error().kind, ErrorKind::closed);  // NOLINT(bugprone-use-after-move)
    EXPECT_EQ(first->append(clip()).error().kind, ErrorKind::closed);
    first->cancel();
    first->close();
    EXPECT_TRUE(second.next());
}

TEST(Realtime, SpeaksOverAUnixSocket) {
    ScriptedServer server({.listen = {.address = support::ListenOn::unix_socket}});
    server.serve(answering({done_hi}) + Script{support::answer_close()});
    auto session = RealtimeSession::connect(
        {.url = "unix:" + server.socket_path().string(), .model = "voxtral"});
    ASSERT_TRUE(session) << session.error().to_string();
    EXPECT_TRUE(transcribe(*session));
}

}  // namespace
}  // namespace vllm_client::realtime
