// SPDX-License-Identifier: Apache-2.0
// What goes wrong between a session and its server, and that none of it looks like an end.
#include "realtime/realtime_fixture.h"
#include "support/tls_files.h"

namespace vllm_client::realtime {
namespace {

using support::FrameKind;
using support::Script;
using support::ScriptedServer;

ErrorKind connect_kind(ScriptedServer& server, Script script) {
    server.serve(std::move(script));
    auto options = options_for(server);
    options.timeouts.handshake = 5s;
    auto session = RealtimeSession::connect(options);
    if (session) ADD_FAILURE() << "connected";
    return session ? ErrorKind::config : session.error().kind;
}

Script refusing(int status, std::string_view body) {
    return {support::read_request(), support::send(support::http_reply(status, body))};
}

/// The end of a session that owes a transcript of which "hi" has come, when the server does `end`.
Result<RealtimeTranscript> cut_by(Script end, RealtimeOptions options = {}) {
    ScriptedServer server;
    server.serve(opening() +
                 Script{support::read_text(), support::read_text(), support::read_text(),
                        support::send_text(delta_of("hi"))} +
                 end);
    options.url = server.url();
    options.model = "voxtral";
    auto session = RealtimeSession::connect(options);
    if (!session) return session.error();
    auto transcript = transcribe(*session);
    if (!transcript) {
        EXPECT_EQ(session->next().error().kind, transcript.error().kind) << "not final";
        EXPECT_EQ(session->append(clip()).error().kind, transcript.error().kind) << "not final";
    }
    return transcript;
}

TEST(RealtimeFault, NobodyListensIsConnect) {
    std::string url;
    {
        const ScriptedServer server;
        url = server.url();
    }
    const auto session = RealtimeSession::connect({.url = url, .model = "m"});
    ASSERT_FALSE(session);
    EXPECT_EQ(session.error().kind, ErrorKind::connect);
    EXPECT_EQ(session.error().endpoint, url);
    EXPECT_TRUE(session.error().retryable);
}

TEST(RealtimeFault, UnknownHostIsConnect) {
    const auto session = RealtimeSession::connect({.url = "http://nobody.invalid", .model = "m"});
    ASSERT_FALSE(session);
    EXPECT_TRUE(session.error().kind == ErrorKind::connect ||
                session.error().kind == ErrorKind::timeout);
}

TEST(RealtimeFault, WrongKeyIsHttp401) {
    ScriptedServer server;
    server.serve(refusing(401, R"({"error":"Unauthorized"})"));
    const auto session = RealtimeSession::connect(options_for(server));
    ASSERT_FALSE(session);
    EXPECT_EQ(session.error().kind, ErrorKind::http);
    EXPECT_EQ(session.error().http_status, 401);
    EXPECT_EQ(session.error().server.message, "Unauthorized");
}

TEST(RealtimeFault, ServerWithoutTheRouteIsUnsupportedAndSaysWhatIsNeeded) {
    // vLLM, uvicorn without a WebSocket library, a web server.
    for (const auto& [status, body] : std::vector<std::pair<int, std::string>>{
             {403, ""}, {404, R"({"detail":"Not Found"})"}, {404, ""}, {200, "<html></html>"}}) {
        ScriptedServer server;
        server.serve(refusing(status, body));
        const auto session = RealtimeSession::connect(options_for(server));
        ASSERT_FALSE(session);
        EXPECT_EQ(session.error().kind, ErrorKind::unsupported) << status;
        EXPECT_EQ(session.error().http_status, status);
        EXPECT_NE(session.error().message.find("speech model"), std::string::npos);
    }
}

TEST(RealtimeFault, OtherRefusalsAreHttp) {
    ScriptedServer server;
    EXPECT_EQ(connect_kind(server, refusing(503, "")), ErrorKind::http);
    EXPECT_EQ(connect_kind(server, refusing(403, "<html>proxy</html>")), ErrorKind::http);
    EXPECT_EQ(connect_kind(server, refusing(302, "")), ErrorKind::http);
}

TEST(RealtimeFault, WrongAcceptIsProtocol) {
    ScriptedServer server;
    const std::string head = support::http_head(101, {{"Upgrade", "websocket"},
                                                      {"Connection", "Upgrade"},
                                                      {"Sec-WebSocket-Accept", "nonsense"}});
    EXPECT_EQ(connect_kind(server, {support::read_request(), support::send(head), support::hold()}),
              ErrorKind::protocol);
    const std::string bare = support::http_head(101, {});
    EXPECT_EQ(connect_kind(server, {support::read_request(), support::send(bare), support::hold()}),
              ErrorKind::protocol);
}

TEST(RealtimeFault, AnswersThatAreNoHttp) {
    ScriptedServer server;
    EXPECT_EQ(connect_kind(server, {support::read_request(), support::send("SSH-2.0-x\r\n"),
                                    support::close()}),
              ErrorKind::protocol);
    EXPECT_EQ(connect_kind(server, {support::read_request(), support::close()}),
              ErrorKind::connect);
    EXPECT_EQ(connect_kind(server, {support::read_request(), support::reset()}),
              ErrorKind::connect);
    EXPECT_EQ(
        connect_kind(server, {support::read_request(),
                              support::send("HTTP/1.1 101 x\r\nA: " + std::string(1U << 20U, 'x')),
                              support::hold()}),
        ErrorKind::limit);
}

TEST(RealtimeFault, SilenceBeforeTheFirstEventIsATimeout) {
    for (const Script& script :
         {Script{support::hold()}, Script{support::accept_web_socket(), support::hold()}}) {
        ScriptedServer server;
        server.serve(script);
        auto options = options_for(server);
        options.timeouts.handshake = 100ms;
        const auto session = RealtimeSession::connect(options);
        ASSERT_FALSE(session);
        EXPECT_EQ(session.error().kind, ErrorKind::timeout);
        EXPECT_EQ(session.error().phase, Phase::first_byte);
    }
}

TEST(RealtimeFault, ACloseBeforeTheFirstEventIsNoSession) {
    ScriptedServer server;
    EXPECT_EQ(connect_kind(server, {support::accept_web_socket(), support::send_close(1000)}),
              ErrorKind::stream);
    EXPECT_EQ(connect_kind(server, {support::accept_web_socket(), support::close()}),
              ErrorKind::stream);
}

TEST(RealtimeFault, NoCutLooksLikeAnEnd) {
    const std::string half = support::frame(FrameKind::text, done_hi).substr(0, 20);
    const std::vector<Script> cuts{
        {support::close()},                       // no close frame
        {support::reset()},                       //
        {support::send(half), support::close()},  // inside the last event
        {support::send_close(1000)},              // in good order, but a transcript is owed
        {support::send_close(1011, "keepalive timeout")},  //
        {support::send(support::frame(FrameKind::close, ""))}};
    for (const Script& cut : cuts) {
        const auto transcript = cut_by(cut);
        ASSERT_FALSE(transcript) << &cut - cuts.data();
        EXPECT_EQ(transcript.error().kind, ErrorKind::stream) << transcript.error().to_string();
        EXPECT_EQ(transcript.error().partial, std::vector<std::string>{"hi"});
        EXPECT_EQ(transcript.error().reach, Reach::executed);
    }
}

TEST(RealtimeFault, TheServersReasonIsTold) {
    const auto transcript = cut_by({support::send_close(1011, "keepalive ping timeout")});
    ASSERT_FALSE(transcript);
    EXPECT_NE(transcript.error().message.find("1011: keepalive ping timeout"), std::string::npos);
}

TEST(RealtimeFault, ACutWithoutADebtIsAnErrorToo) {
    ScriptedServer server;
    server.serve(opening() + Script{support::close()});
    auto session = RealtimeSession::connect(options_for(server));
    ASSERT_TRUE(session);
    ASSERT_TRUE(session->next());  // session.created
    EXPECT_EQ(session->next().error().kind, ErrorKind::stream);
}

TEST(RealtimeFault, BrokenFramesAreProtocol) {
    for (const std::string& bytes :
         {std::string("\x83\x00", 2), std::string("\xC1\x01x", 3),
          support::frame(FrameKind::text, "\xFF\xFE"), std::string("\x81\x81mask!", 7)}) {
        const auto transcript = cut_by({support::send(bytes), support::hold()});
        ASSERT_FALSE(transcript);
        EXPECT_EQ(transcript.error().kind, ErrorKind::protocol) << transcript.error().to_string();
    }
}

TEST(RealtimeFault, EventsThatAreNoneAreDecodeErrors) {
    for (const std::string& bytes :
         {support::frame(FrameKind::text, "nonsense"), support::frame(FrameKind::text, "[1]"),
          support::frame(FrameKind::binary, done_hi)}) {
        const auto transcript = cut_by({support::send(bytes), support::hold()});
        ASSERT_FALSE(transcript);
        EXPECT_EQ(transcript.error().kind, ErrorKind::decode) << transcript.error().to_string();
    }
}

TEST(RealtimeFault, AnOversizeEventIsALimit) {
    const auto transcript =
        cut_by({support::send_text(delta_of(std::string(3000, 'x'))), support::hold()},
               {.limits = {.event_bytes = 2000}});
    ASSERT_FALSE(transcript);
    EXPECT_EQ(transcript.error().kind, ErrorKind::limit);
    // Two of them that each fit, with a transcript that could never be told.
    const auto endless =
        cut_by({support::send_endlessly(support::frame(FrameKind::text, delta_of("more ")))},
               {.limits = {.event_bytes = 2000}});
    ASSERT_FALSE(endless);
    EXPECT_EQ(endless.error().kind, ErrorKind::limit);
}

TEST(RealtimeFault, AServerThatAnswersNoPingIsGivenUp) {
    const auto transcript = cut_by({support::hold()}, {.timeouts = {.silence = 200ms}});
    ASSERT_FALSE(transcript);
    EXPECT_EQ(transcript.error().kind, ErrorKind::timeout);
    EXPECT_EQ(transcript.error().partial, std::vector<std::string>{"hi"});
}

TEST(RealtimeFault, AServerThatAnswersPingsHasTheTimeItNeeds) {
    const auto answer_two_pings = support::call([](support::Connection& connection) {
        for (int pings = 0; pings < 2;) {
            const auto frame = support::read_frame(connection);
            if (!frame) return;
            if (frame->kind != FrameKind::ping) continue;
            connection.send(support::frame(FrameKind::pong, frame->payload));
            ++pings;
        }
    });
    const auto transcript =
        cut_by({answer_two_pings, support::send_text(done_hi), support::answer_close()},
               {.timeouts = {.silence = 1s}});
    // The checks of a final error do not apply: this one is none.
    ASSERT_TRUE(transcript) << transcript.error().to_string();
}

TEST(RealtimeFault, ATranscriptThatDoesNotComeIsATimeout) {
    const auto transcript = cut_by({support::hold()}, {.timeouts = {.transcript = 200ms}});
    ASSERT_FALSE(transcript);
    EXPECT_EQ(transcript.error().kind, ErrorKind::timeout);
}

TEST(RealtimeFault, NextForGivesUpAndTheSessionGoesOn) {
    ScriptedServer server;
    const support::Gate go;
    server.serve(opening() + Script{support::wait_for(go), support::send_text(delta_of("hi")),
                                    support::answer_close()});
    auto session = RealtimeSession::connect(options_for(server));
    ASSERT_TRUE(session);
    ASSERT_TRUE(session->next_for(10s));
    const auto none = session->next_for(20ms);
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().kind, ErrorKind::timeout);
    go.open();
    const auto event = session->next_for(10s);
    ASSERT_TRUE(event) << event.error().to_string();
    EXPECT_EQ((*event)->text, "hi");
}

TEST(RealtimeFault, PingsOfTheServerAreAnsweredWhileTheProgramIsBusy) {
    ScriptedServer server;
    const support::Gate answered;
    server.serve(opening() + Script{support::send(support::frame(FrameKind::ping, "alive?")),
                                    support::call([answered](support::Connection& connection) {
                                        const auto frame = support::read_frame(connection);
                                        if (frame && frame->kind == FrameKind::pong &&
                                            frame->payload == "alive?") {
                                            answered.open();
                                        }
                                    }),
                                    support::answer_close()});
    const auto session = RealtimeSession::connect(options_for(server));
    ASSERT_TRUE(session);
    EXPECT_TRUE(answered.wait(10s));
}

class RealtimeTls : public testing::Test {
 protected:
    static const support::TlsFiles& files() {
        static const support::TlsFiles made;
        return made;
    }
    static Result<RealtimeTranscript> run(support::TlsOptions served, TlsOptions tls) {
        ScriptedServer server(support::ServerOptions{.tls = std::move(served)});
        server.serve(opening() + Script{support::read_text(), support::read_text(),
                                        support::read_text(), support::send_text(done_hi),
                                        support::answer_close()});
        auto options = options_for(server);
        options.tls = std::move(tls);
        auto session = RealtimeSession::connect(options);
        if (!session) return session.error();
        return transcribe(*session);
    }
    static TlsOptions trusting() { return {.ca_bundle = files().authority()}; }
};

TEST_F(RealtimeTls, TrustedServerIsSpokenTo) {
    const auto transcript = run({.identity = files().server()}, trusting());
    ASSERT_TRUE(transcript) << transcript.error().to_string();
    EXPECT_EQ(transcript->text, "hi there");
}

TEST_F(RealtimeTls, OthersAreRefused) {
    for (const auto& identity : {files().self_signed(), files().expired(), files().wrong_host()}) {
        const auto transcript = run({.identity = identity}, trusting());
        ASSERT_FALSE(transcript);
        EXPECT_EQ(transcript.error().kind, ErrorKind::tls);
        EXPECT_FALSE(transcript.error().retryable);
    }
    EXPECT_EQ(run({.identity = files().server()}, {}).error().kind, ErrorKind::tls);
    EXPECT_TRUE(run({.identity = files().self_signed()}, {.insecure = true}));
}

TEST_F(RealtimeTls, AnotherNameCanBeExpected) {
    auto tls = trusting();
    tls.expected_host = "wrong.example";
    EXPECT_TRUE(run({.identity = files().wrong_host()}, tls));
}

TEST_F(RealtimeTls, AnotherKeyThanThePinnedOneIsRefused) {
    auto tls = trusting();
    tls.pinned_key = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    EXPECT_EQ(run({.identity = files().server()}, tls).error().kind, ErrorKind::tls);
}

TEST_F(RealtimeTls, ClientsShowTheirCertificate) {
    const support::TlsOptions served{.identity = files().server(),
                                     .client_authority = files().authority()};
    auto tls = trusting();
    EXPECT_EQ(run(served, tls).error().kind, ErrorKind::tls);
    tls.client_cert = files().client().certificate;
    tls.client_key = files().client().private_key;
    const auto transcript = run(served, tls);
    EXPECT_TRUE(transcript) << transcript.error().to_string();
}

TEST_F(RealtimeTls, FilesThatAreNoneAreNamed) {
    const auto roots = run({.identity = files().server()}, {.ca_bundle = "/nowhere"});
    ASSERT_FALSE(roots);
    EXPECT_EQ(roots.error().kind, ErrorKind::tls);
    EXPECT_NE(roots.error().message.find("tls.ca_bundle"), std::string::npos);
}

}  // namespace
}  // namespace vllm_client::realtime
