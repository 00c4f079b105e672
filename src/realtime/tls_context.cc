// SPDX-License-Identifier: Apache-2.0
#include "realtime/tls_context.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <utility>

#include "transport/config_error.h"
#include "wire/base64.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::realtime {
namespace {

Error tls_failure(std::string message) {
    return Error{.kind = ErrorKind::tls, .message = std::move(message), .phase = Phase::connect};
}

bool load_roots(SSL_CTX* context, const TlsOptions& options) {
    return options.ca_bundle.empty()
               ? SSL_CTX_set_default_verify_paths(context) == 1
               : SSL_CTX_load_verify_file(context, options.ca_bundle.c_str()) == 1;
}

// The key may stand in the certificate's file.
Result<void> load_identity(SSL_CTX* context, const TlsOptions& options) {
    const std::string& certificate = options.client_cert;
    const std::string& key = options.client_key.empty() ? certificate : options.client_key;
    if (certificate.empty()) {
        if (options.client_key.empty()) return {};
        return transport::config_error("tls.client_key", "is given without tls.client_cert");
    }
    if (SSL_CTX_use_certificate_chain_file(context, certificate.c_str()) != 1) {
        return tls_failure("tls.client_cert cannot be read as PEM");
    }
    if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context) != 1) {
        return tls_failure("tls.client_key cannot be read as PEM, or is of another certificate");
    }
    return {};
}

std::string key_digest(X509* certificate) {
    unsigned char* der = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
    if (size <= 0) return {};
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int digest_size = 0;
    const int done = EVP_Digest(der, static_cast<std::size_t>(size), digest.data(), &digest_size,
                                EVP_sha256(), nullptr);
    OPENSSL_free(der);
    if (done != 1) return {};
    return "sha256//" + wire::encode_base64(std::as_bytes(std::span(digest).first(digest_size)));
}

bool is_listed(std::string_view pins, std::string_view digest) {
    while (!pins.empty() && !digest.empty()) {
        const std::size_t end = pins.find(';');
        if (pins.substr(0, end) == digest) return true;
        pins = end == std::string_view::npos ? std::string_view() : pins.substr(end + 1);
    }
    return false;
}

}  // namespace

Result<TlsContext> make_tls_context(const TlsOptions& options) {
    TlsContext context(SSL_CTX_new(TLS_client_method()));
    if (!context || SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1) {
        return tls_failure("OpenSSL cannot be set up");
    }
    if (options.insecure) {
        SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
    } else {
        SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
        if (!load_roots(context.get(), options)) {
            return tls_failure(options.ca_bundle.empty() ? "the system's roots cannot be read"
                                                         : "tls.ca_bundle cannot be read as PEM");
        }
    }
    if (auto loaded = load_identity(context.get(), options); !loaded) return loaded.error();
    return context;
}

bool expect_host(SSL& connection, const TlsOptions& options, const std::string& host) {
    const std::string& name = options.expected_host.empty() ? host : options.expected_host;
    X509_VERIFY_PARAM* const rules = SSL_get0_param(&connection);
    if (X509_VERIFY_PARAM_set1_ip_asc(rules, name.c_str()) == 1) return true;
    X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set_tlsext_host_name(&connection, name.c_str()) == 1 &&
           X509_VERIFY_PARAM_set1_host(rules, name.c_str(), name.size()) == 1;
}

Error tls_error(const SSL& connection, const std::string& detail) {
    const long verdict = SSL_get_verify_result(&connection);
    std::string message = "TLS failed: " + detail;
    if (verdict != X509_V_OK) {
        message += ": ";
        message += X509_verify_cert_error_string(verdict);
    }
    return tls_failure(std::move(message));
}

std::optional<Error> check_pinned_key(const SSL& connection, const TlsOptions& options) {
    if (options.pinned_key.empty()) return std::nullopt;
    X509* const certificate = SSL_get1_peer_certificate(&connection);
    const std::string digest = certificate != nullptr ? key_digest(certificate) : std::string();
    X509_free(certificate);
    if (is_listed(options.pinned_key, digest)) return std::nullopt;
    return tls_failure("the server's key is not among tls.pinned_key");
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::realtime
