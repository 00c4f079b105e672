// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "support/raw_client.h"
#include "support/scripted_server.h"
#include "support/tls_files.h"

namespace vllm_client::support {
namespace {

const std::string get_request = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
const std::string ok_reply = http_reply(200, "{}");

constexpr const CertificateFiles* no_certificate = nullptr;

enum class TlsEnd { notified, cut, refused };

/// A verifying TLS client on a raw socket.
class TlsClient {
 public:
    TlsClient(RawClient& socket, const TlsFiles& files, const CertificateFiles* identity = nullptr)
        : context_(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free), session_(nullptr, &SSL_free) {
        SSL_CTX_load_verify_locations(context_.get(), files.authority().c_str(), nullptr);
        SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
        if (identity != nullptr) {
            SSL_CTX_use_certificate_file(context_.get(), identity->certificate.c_str(),
                                         SSL_FILETYPE_PEM);
            SSL_CTX_use_PrivateKey_file(context_.get(), identity->private_key.c_str(),
                                        SSL_FILETYPE_PEM);
        }
        session_.reset(SSL_new(context_.get()));
        SSL_set1_host(session_.get(), "localhost");
        SSL_set_fd(session_.get(), socket.descriptor());
    }

    bool connect() { return SSL_connect(session_.get()) == 1; }

    bool send(const std::string& bytes) {
        return SSL_write(session_.get(), bytes.data(), static_cast<int>(bytes.size())) > 0;
    }

    std::string read_to_end() {
        std::string all;
        for (;;) {
            ERR_clear_error();
            std::string more(std::size_t{16} * 1024, '\0');
            const int count = SSL_read(session_.get(), more.data(), static_cast<int>(more.size()));
            if (count <= 0) {
                note_end(SSL_get_error(session_.get(), count));
                return all;
            }
            all.append(more, 0, static_cast<std::size_t>(count));
        }
    }

    [[nodiscard]] TlsEnd end() const { return end_; }
    /// Why the server's certificate was not accepted.
    [[nodiscard]] long verify_result() const { return SSL_get_verify_result(session_.get()); }
    void close_notify() { SSL_shutdown(session_.get()); }

 private:
    void note_end(int error) {
        const bool cut =
            ERR_GET_REASON(ERR_peek_last_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
        end_ = error == SSL_ERROR_ZERO_RETURN ? TlsEnd::notified
               : cut                          ? TlsEnd::cut
                                              : TlsEnd::refused;
    }

    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
    std::unique_ptr<SSL, decltype(&SSL_free)> session_;
    TlsEnd end_ = TlsEnd::cut;
};

ServerOptions tls_options(const CertificateFiles& identity) {
    return {.tls = TlsOptions{.identity = identity}};
}

TEST(ScriptedServerTls, ServesRequestsAndEndsProperly) {
    const TlsFiles files;
    ScriptedServer server(tls_options(files.server()));
    EXPECT_EQ(server.url(), "https://127.0.0.1:" + std::to_string(server.port()));
    server.serve({read_request(), send(ok_reply), close()});
    RawClient socket(server.port());
    TlsClient client(socket, files);
    ASSERT_TRUE(client.connect());
    client.send(get_request);
    EXPECT_EQ(client.read_to_end(), ok_reply);
    EXPECT_EQ(client.end(), TlsEnd::notified);
    EXPECT_EQ(server.requests().at(0).raw, get_request);
}

TEST(ScriptedServerTls, LargeBodiesPassBothWays) {
    const TlsFiles files;
    ScriptedServer server(tls_options(files.server()));
    server.serve({read_request(), send_reply([](const auto& request) { return request.body; })});
    RawClient socket(server.port());
    TlsClient client(socket, files);
    ASSERT_TRUE(client.connect());
    const std::string body(3'000'000, 'b');
    client.send("POST / HTTP/1.1\r\nContent-Length: 3000000\r\n\r\n" + body);
    EXPECT_EQ(client.read_to_end(), body);
}

TEST(ScriptedServerTls, CanCutWithoutNotice) {
    const TlsFiles files;
    ScriptedServer server(tls_options(files.server()));
    server.serve({read_request(), send("part"), close_without_notify()});
    RawClient socket(server.port());
    TlsClient client(socket, files);
    ASSERT_TRUE(client.connect());
    client.send(get_request);
    EXPECT_EQ(client.read_to_end(), "part");
    EXPECT_EQ(client.end(), TlsEnd::cut);
}

TEST(ScriptedServerTls, ClientRefusesBadCertificates) {
    const TlsFiles files;
    const auto result_with = [&](const CertificateFiles& identity) {
        ScriptedServer server(tls_options(identity));
        RawClient socket(server.port());
        TlsClient client(socket, files);
        EXPECT_FALSE(client.connect()) << identity.certificate;
        socket.close();
        EXPECT_TRUE(server.wait_until([&] { return server.connections_accepted() == 1; }));
        EXPECT_TRUE(server.wait_until([&] { return server.connections_open() == 0; }));
        EXPECT_NE(server.connections().at(0).problem, "");
        return client.verify_result();
    };
    EXPECT_EQ(result_with(files.expired()), X509_V_ERR_CERT_HAS_EXPIRED);
    EXPECT_EQ(result_with(files.wrong_host()), X509_V_ERR_HOSTNAME_MISMATCH);
    EXPECT_EQ(result_with(files.self_signed()), X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT);
    EXPECT_EQ(result_with(files.weak()), X509_V_ERR_EE_KEY_TOO_SMALL);
}

TEST(ScriptedServerTls, NamesTheClientThatShowsItsCertificate) {
    const TlsFiles files;
    ScriptedServer server(
        {.tls = TlsOptions{.identity = files.server(), .client_authority = files.authority()}});
    server.serve({send("hello")});
    RawClient socket(server.port());
    TlsClient client(socket, files, &files.client());
    ASSERT_TRUE(client.connect());
    EXPECT_EQ(client.read_to_end(), "hello");
    EXPECT_EQ(server.connections().at(0).client_name, "test-client");
}

TEST(ScriptedServerTls, RefusesClientsWithoutAcceptedCertificate) {
    const TlsFiles files;
    ScriptedServer server(
        {.tls = TlsOptions{.identity = files.server(), .client_authority = files.authority()}});
    server.serve({send("secret")});
    for (const CertificateFiles* identity : {&files.unknown_client(), no_certificate}) {
        RawClient socket(server.port());
        TlsClient client(socket, files, identity);
        (void)client.connect();  // under TLS 1.3 the client learns of its refusal only afterwards
        client.send(get_request);
        EXPECT_EQ(client.read_to_end(), "");
        EXPECT_EQ(client.end(), TlsEnd::refused);
        socket.close();
    }
    EXPECT_TRUE(server.wait_until([&] { return server.connections_open() == 0; }));
    for (const auto& connection : server.connections())
        EXPECT_NE(connection.problem, "");
}

TEST(ScriptedServerTls, PlainTextClientFailsTheHandshake) {
    const TlsFiles files;
    ScriptedServer server(tls_options(files.server()));
    RawClient client(server.port());
    client.send(get_request);
    (void)client.read_to_end();
    client.close();
    EXPECT_TRUE(server.wait_until([&] { return server.connections_open() == 0; }));
    EXPECT_NE(server.connections().at(0).problem.find("TLS handshake"), std::string::npos);
}

TEST(ScriptedServerTls, BeginsTlsInsideAScript) {
    const TlsFiles files;
    ScriptedServer server({.tls = TlsOptions{.identity = files.server(), .at_once = false}});
    const std::string established = "HTTP/1.1 200 Connection established\r\n\r\n";
    server.serve({read_request(), send(established), start_tls(), read_request(), send(ok_reply)});
    RawClient socket(server.port());
    socket.send("CONNECT localhost:443 HTTP/1.1\r\n\r\n");
    EXPECT_EQ(socket.read(established.size()), established);
    TlsClient client(socket, files);
    ASSERT_TRUE(client.connect());
    client.send(get_request);
    EXPECT_EQ(client.read_to_end(), ok_reply);
    EXPECT_EQ(server.requests().at(0).method, "CONNECT");
}

TEST(ScriptedServerTls, StartTlsWithoutOptionsIsNotedAsAProblem) {
    ScriptedServer server;
    server.serve({start_tls(), send("never")});
    EXPECT_EQ(RawClient(server.port()).read_to_end(), "");
    EXPECT_EQ(server.connections().at(0).problem, "start_tls on a server without TLS options");
}

TEST(ScriptedServerTls, SeesTheClientsCloseNotify) {
    const TlsFiles files;
    ScriptedServer server(tls_options(files.server()));
    server.serve({wait_first_byte(), read_bytes(1), wait_first_byte()});
    RawClient socket(server.port());
    TlsClient client(socket, files);
    ASSERT_TRUE(client.connect());
    client.send("x");
    client.close_notify();
    EXPECT_TRUE(server.wait_until([&] { return server.connections_open() == 0; }));
    EXPECT_EQ(server.connections().at(0).peer_end, PeerEnd::closed);
}

TEST(ScriptedServerTls, StopEndsAHandshakeThatNeverComes) {
    const TlsFiles files;
    ScriptedServer server(tls_options(files.server()));
    const RawClient silent(server.port());
    ASSERT_TRUE(server.wait_until([&] { return server.connections_open() == 1; }));
    const auto start = std::chrono::steady_clock::now();
    server.stop();
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
}

TEST(ScriptedServerTls, SaysWhichFileCannotBeUsed) {
    const CertificateFiles absent{"absent.pem", "absent.key"};
    try {
        const ScriptedServer server(tls_options(absent));
        FAIL() << "no exception";
    } catch (const std::runtime_error& error) {
        EXPECT_NE(std::string(error.what()).find("absent.pem"), std::string::npos);
    }
}

}  // namespace
}  // namespace vllm_client::support
