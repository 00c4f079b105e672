// SPDX-License-Identifier: Apache-2.0
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "transport/transport_fixture.h"

namespace vllm_client::transport {
namespace {

using support::CertificateFiles;
using support::http_reply;
using support::ScriptedServer;

/// `sha256//…` of the public key in a certificate file.
std::string pin_of(const std::filesystem::path& certificate) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(certificate.c_str(), "r"),
                                                               &std::fclose);
    const std::unique_ptr<X509, decltype(&X509_free)> parsed(
        PEM_read_X509(file.get(), nullptr, nullptr, nullptr), &X509_free);
    std::vector<unsigned char> key(
        static_cast<std::size_t>(i2d_X509_PUBKEY(X509_get_X509_PUBKEY(parsed.get()), nullptr)));
    unsigned char* at = key.data();
    i2d_X509_PUBKEY(X509_get_X509_PUBKEY(parsed.get()), &at);
    std::vector<unsigned char> digest(32);
    EVP_Digest(key.data(), key.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
    std::string text(44, '\0');
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), digest.data(), 32);
    return "sha256//" + text;
}

class TlsTest : public TransportTest {
 protected:
    static const support::TlsFiles& files() {
        static const support::TlsFiles made;
        return made;
    }
    [[nodiscard]] static std::unique_ptr<ScriptedServer> serve(const CertificateFiles& identity) {
        auto server = std::make_unique<ScriptedServer>(
            support::ServerOptions{.tls = {{.identity = identity}}});
        server->serve(replies(http_reply(200, "{}")));
        return server;
    }
    [[nodiscard]] static Settings trusting(const std::string& url) {
        Settings settings = settings_for(url);
        settings.tls.ca_bundle = files().authority();
        return settings;
    }
    /// The request fails as `tls`, is not worth a retry, and never reached the server.
    static void expect_refused(ScriptedServer& server, Settings settings) {
        const auto transport = make(std::move(settings));
        const Seen seen = run(*transport, get());
        expect_error(seen, ErrorKind::tls);
        ASSERT_TRUE(seen.error);
        EXPECT_FALSE(seen.error->retryable);
        EXPECT_EQ(server.request_count(), 0U);
    }
};
VLLM_CLIENT_BOTH_POLLERS(TlsTest);

TEST_P(TlsTest, AGoodCertificateIsAcceptedAndTheConnectionReused) {
    const auto server = serve(files().server());
    const auto transport = make(trusting(server->url()));
    for (int i = 0; i < 5; ++i)
        expect_ok(run(*transport, get()));
    EXPECT_EQ(server->connections_accepted(), 1U);
    EXPECT_GT(transport->pool_stats().at(0).tls_time.count(), 0);
}

TEST_P(TlsTest, BadCertificatesAreRefused) {
    for (const auto* identity :
         {&files().expired(), &files().wrong_host(), &files().self_signed(), &files().weak()}) {
        SCOPED_TRACE(identity->certificate);
        const auto server = serve(*identity);
        expect_refused(*server, trusting(server->url()));
    }
}

TEST_P(TlsTest, AnUnknownAuthorityIsRefused) {
    const auto server = serve(files().server());
    expect_refused(*server, settings_for(server->url()));
}

TEST_P(TlsTest, InsecureAcceptsAnything) {
    const auto server = serve(files().self_signed());
    Settings settings = settings_for(server->url());
    settings.tls.insecure = true;
    const auto transport = make(std::move(settings));
    expect_ok(run(*transport, get()));
}

TEST_P(TlsTest, ExpectedHostReplacesTheNameOfTheUrl) {
    const auto server = serve(files().wrong_host());
    Settings settings = trusting(server->url());
    settings.tls.expected_host = "wrong.example";
    const auto transport = make(std::move(settings));
    expect_ok(run(*transport, get()));
}

TEST_P(TlsTest, APinnedKeyMustMatch) {
    const auto server = serve(files().server());
    Settings settings = trusting(server->url());
    settings.tls.pinned_key = pin_of(files().server().certificate);
    expect_ok(run(*make(settings), get()));
    const auto other = serve(files().server());
    settings = trusting(other->url());
    settings.tls.pinned_key = pin_of(files().expired().certificate);
    expect_refused(*other, settings);
}

TEST_P(TlsTest, AClientCertificateIsShown) {
    ScriptedServer server(
        {.tls = {{.identity = files().server(), .client_authority = files().authority()}}});
    server.serve(replies(http_reply(200, "{}")));
    Settings settings = trusting(server.url());
    expect_refused(server, settings);
    settings.tls.client_cert = files().client().certificate;
    settings.tls.client_key = files().client().private_key;
    expect_ok(run(*make(settings), get()));
    EXPECT_EQ(server.connections().back().client_name, "test-client");
}

TEST_P(TlsTest, APlainHttpPeerIsATlsError) {
    ScriptedServer server;
    server.serve({support::wait_first_byte(),
                  support::send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"),
                  support::wait_for_peer_close()});
    expect_refused(server, trusting("https://127.0.0.1:" + std::to_string(server.port())));
}

TEST_P(TlsTest, APeerThatClosesInTheHandshakeIsATlsError) {
    ScriptedServer server;
    server.serve({support::wait_first_byte(), support::reset()});
    expect_refused(server, trusting("https://127.0.0.1:" + std::to_string(server.port())));
}

TEST_P(TlsTest, AHandshakeThatHangsIsATlsErrorWithinTheConnectLimit) {
    ScriptedServer server;
    server.serve({support::hold()});
    const auto transport = make(trusting("https://127.0.0.1:" + std::to_string(server.port())));
    HttpRequest request = get();
    request.timeouts.connect = std::chrono::milliseconds(60);
    const Seen seen = run(*transport, std::move(request));
    expect_error(seen, ErrorKind::tls);
    EXPECT_EQ(seen.error->phase, Phase::connect);
}

TEST_P(TlsTest, ACutWithoutNotifyInsideAStreamIsAnError) {
    ScriptedServer server({.tls = {{.identity = files().server()}}});
    server.serve({support::read_request(),
                  support::send(support::sse_reply_head() + support::chunk("data: 1\n\n")),
                  support::close_without_notify()});
    const auto transport = make(trusting(server.url()));
    const Seen seen = run(*transport, post("{}", true));
    expect_error(seen, ErrorKind::stream);
    EXPECT_EQ(seen.data, "data: 1\n\n");
}

}  // namespace
}  // namespace vllm_client::transport
