// SPDX-License-Identifier: Apache-2.0
#include "support/tls_session.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <limits>
#include <stdexcept>

namespace vllm_client::support {
namespace {

constexpr std::size_t record_size = std::size_t{16} * 1024;

std::string last_error() {
    std::array<char, 256> text{};
    ERR_error_string_n(ERR_peek_last_error(), text.data(), text.size());
    return text.data();
}

void require(bool done, const std::string& what) {
    if (!done) throw std::runtime_error(what + ": " + last_error());
}

int to_int(std::size_t size) {
    return static_cast<int>(std::min<std::size_t>(size, std::numeric_limits<int>::max()));
}

}  // namespace

TlsContext::TlsContext(const TlsOptions& options) : context_(SSL_CTX_new(TLS_server_method())) {
    SSL_CTX* const context = context_.get();
    require(context != nullptr, "TLS context");
    // Level 0, so that the server is able to show weak certificates for the client to refuse.
    SSL_CTX_set_security_level(context, 0);
    const CertificateFiles& identity = options.identity;
    require(SSL_CTX_use_certificate_chain_file(context, identity.certificate.c_str()) == 1,
            identity.certificate.string());
    require(
        SSL_CTX_use_PrivateKey_file(context, identity.private_key.c_str(), SSL_FILETYPE_PEM) == 1,
        identity.private_key.string());
    static constexpr std::array<unsigned char, 7> session_scope{'s', 'u', 'p', 'p', 'o', 'r', 't'};
    SSL_CTX_set_session_id_context(context, session_scope.data(), session_scope.size());
    if (options.client_authority.empty()) return;
    require(SSL_CTX_load_verify_locations(context, options.client_authority.c_str(), nullptr) == 1,
            options.client_authority.string());
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
}

TlsContext::~TlsContext() = default;

void TlsContext::Free::operator()(ssl_ctx_st* context) const noexcept {
    SSL_CTX_free(context);
}

TlsSession::TlsSession(const TlsContext& context, SocketStream& stream)
    : stream_(stream), session_(SSL_new(context.get())) {
    require(session_ != nullptr, "TLS session");
    BIO* const inbound = BIO_new(BIO_s_mem());
    BIO* const outbound = BIO_new(BIO_s_mem());
    require(inbound != nullptr && outbound != nullptr, "TLS buffers");
    SSL_set_bio(session_.get(), inbound, outbound);  // the session owns both from here
    SSL_set_accept_state(session_.get());
}

TlsSession::~TlsSession() = default;

void TlsSession::Free::operator()(ssl_st* session) const noexcept {
    SSL_free(session);
}

bool TlsSession::flush() {
    BIO* const outbound = SSL_get_wbio(session_.get());
    std::string bytes(BIO_ctrl_pending(outbound), '\0');
    if (bytes.empty()) return true;
    BIO_read(outbound, bytes.data(), to_int(bytes.size()));
    return stream_.send(bytes);
}

bool TlsSession::feed() {
    const auto bytes = stream_.receive(record_size);
    if (!bytes) return false;
    return BIO_write(SSL_get_rbio(session_.get()), bytes->data(), to_int(bytes->size())) > 0;
}

std::string TlsSession::handshake() {
    for (;;) {
        ERR_clear_error();
        const int result = SSL_accept(session_.get());
        const int reason = SSL_get_error(session_.get(), result);
        const bool flushed = flush();
        if (result == 1) return flushed ? "" : "TLS handshake: peer gone";
        if (reason != SSL_ERROR_WANT_READ) return "TLS handshake: " + last_error();
        if (!flushed || !feed()) return "TLS handshake: peer gone";
    }
}

std::optional<std::string> TlsSession::receive(std::size_t at_most) {
    std::string bytes(std::min(at_most, record_size), '\0');
    for (;;) {
        ERR_clear_error();
        const int count = SSL_read(session_.get(), bytes.data(), to_int(bytes.size()));
        if (count > 0) {
            bytes.resize(static_cast<std::size_t>(count));
            return bytes;
        }
        const int reason = SSL_get_error(session_.get(), count);
        if (reason == SSL_ERROR_ZERO_RETURN) stream_.note_peer_end(PeerEnd::closed);
        if (reason != SSL_ERROR_WANT_READ || !flush() || !feed()) return std::nullopt;
    }
}

bool TlsSession::wait_readable() {
    for (;;) {
        ERR_clear_error();
        char byte = 0;
        const int count = SSL_peek(session_.get(), &byte, 1);
        if (count > 0) return true;
        const int reason = SSL_get_error(session_.get(), count);
        if (reason == SSL_ERROR_ZERO_RETURN) stream_.note_peer_end(PeerEnd::closed);
        if (reason != SSL_ERROR_WANT_READ || !flush() || !feed()) return false;
    }
}

bool TlsSession::send(std::string_view bytes) {
    while (!bytes.empty()) {
        ERR_clear_error();
        const std::size_t size = std::min(bytes.size(), record_size);
        if (SSL_write(session_.get(), bytes.data(), to_int(size)) <= 0) return false;
        if (!flush()) return false;
        bytes.remove_prefix(size);
    }
    return stream_.is_open();
}

void TlsSession::close_notify() {
    ERR_clear_error();
    SSL_shutdown(session_.get());
    flush();
}

std::string TlsSession::client_name() const {
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(
        SSL_get1_peer_certificate(session_.get()), &X509_free);
    if (!certificate) return {};
    std::array<char, 256> name{};
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name.data(),
                              to_int(name.size()));
    return name.data();
}

}  // namespace vllm_client::support
