// SPDX-License-Identifier: Apache-2.0
// Security.
#include "fault/fault_fixture.h"
#include "support/tls_files.h"

namespace vllm_client::fault {
namespace {

const support::TlsFiles& files() {
    static const support::TlsFiles made;
    return made;
}

TEST(FaultE, E1_RedirectIsNotFollowed) {
    ScriptedServer elsewhere;
    elsewhere.serve(clean());
    FaultyServer server(
        {support::read_request(),
         support::send(support::http_reply(307, "", {{"Location", elsewhere.url() + "/v1/steal"}})),
         support::read_request(),
         support::send(support::http_reply(200, support::chat_completion("fine")))});
    ClientOptions options = options_for(server.url());
    options.api_key = "secret-key";
    const VllmClient client(options);
    const auto reply = client.chat(hello());
    ASSERT_FALSE(reply);
    expect_kind(reply.error(), ErrorKind::http);
    EXPECT_EQ(reply.error().http_status, 307);
    EXPECT_NE(reply.error().message.find(elsewhere.url()), std::string::npos)
        << reply.error().message;
    EXPECT_EQ(elsewhere.connections_accepted(), 0U);
    expect_clean_request(client);
}

TEST(FaultE, E3_LineBreaksAreRefusedBeforeAnythingIsSent) {
    ScriptedServer server;
    server.serve(clean());
    const VllmClient client(options_for(server.url()));
    using namespace std::string_literals;
    for (const std::string& bad : {"a\r\nX-Evil: 1"s, "a\nb"s, "a\0b"s}) {
        const auto by_header = client.chat(hello(), {.headers = {{"X-A", bad}}});
        const auto by_key = client.chat(hello(), {.api_key = bad});
        const auto by_id = client.chat(hello(), {.request_id = bad});
        const auto by_path = client.raw({.path = "/x" + bad});
        for (const Error& error :
             {by_header ? Error{} : by_header.error(), by_key ? Error{} : by_key.error(),
              by_id ? Error{} : by_id.error(), by_path ? Error{} : by_path.error()}) {
            expect_kind(error, ErrorKind::config);
            EXPECT_FALSE(error.message.empty()) << "accepted " << bad;
        }
    }
    EXPECT_EQ(server.connections_accepted(), 0U);
    expect_clean_request(client);
}

TEST(FaultE, E4_BadCertificatesAreTlsErrorsAndNotRetryable) {
    for (const auto* identity :
         {&files().expired(), &files().self_signed(), &files().wrong_host(), &files().weak()}) {
        SCOPED_TRACE(identity->certificate);
        ScriptedServer server({.tls = {{.identity = *identity}}});
        server.serve(clean());
        ClientOptions options = options_for(server.url());
        options.tls.ca_bundle = files().authority();
        const VllmClient client(options);
        const auto reply = client.chat(hello());
        ASSERT_FALSE(reply);
        expect_kind(reply.error(), ErrorKind::tls);
        EXPECT_FALSE(reply.error().retryable);
        EXPECT_EQ(server.request_count(), 0U);
    }
}

TEST(FaultE, E5_BrokenHandshakesAreTlsErrorsInsideTheConnectLimit) {
    const std::vector<Script> scripts{
        {support::hold()},
        {support::wait_first_byte(), support::reset()},
        {support::wait_first_byte(), support::send("HTTP/1.1 400 Bad\r\n\r\n"),
         support::wait_for_peer_close()}};
    for (const Script& script : scripts) {
        ScriptedServer server;
        server.serve(script);
        ClientOptions options = options_for("https://127.0.0.1:" + std::to_string(server.port()));
        options.timeouts.connect = 1s;
        const VllmClient client(options);
        const auto reply = client.chat(hello());
        ASSERT_FALSE(reply);
        expect_kind(reply.error(), ErrorKind::tls);
        EXPECT_EQ(reply.error().reach, Reach::not_reached);
    }
}

TEST(FaultE, E8_ProxyThatRefusesOrHangsIsAConnectErrorThatSaysProxy) {
    const std::vector<Script> scripts{
        {support::read_request_head(), support::send(support::http_reply(407, "who?"))},
        {support::read_request_head(), support::send(support::http_reply(403, "no"))},
        {support::read_request_head(), support::hold()}};
    for (const Script& script : scripts) {
        ScriptedServer proxy;
        proxy.serve(script);
        ClientOptions options = options_for("https://far.example");
        options.proxy.url = proxy.url();
        options.timeouts.connect = 150ms;
        const VllmClient client(options);
        const auto reply = client.chat(hello());
        ASSERT_FALSE(reply);
        expect_kind(reply.error(), ErrorKind::connect);
        EXPECT_NE(reply.error().message.find("proxy"), std::string::npos) << reply.error().message;
    }
}

}  // namespace
}  // namespace vllm_client::fault
