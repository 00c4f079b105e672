// SPDX-License-Identifier: Apache-2.0
#include "support/tls_files.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace vllm_client::support {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

constexpr long one_day = 24L * 60 * 60;
constexpr std::string_view local_names = "DNS:localhost,IP:127.0.0.1,IP:::1";

void require(bool done, std::string_view what) {
    if (done) return;
    std::array<char, 256> reason{};
    ERR_error_string_n(ERR_peek_last_error(), reason.data(), reason.size());
    throw std::runtime_error(std::string(what) + ": " + reason.data());
}

Key strong_key() {
    Key key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
    require(key != nullptr, "EC key");
    return key;
}

Key weak_key() {
    Key key(EVP_RSA_gen(1024), &EVP_PKEY_free);
    require(key != nullptr, "RSA key");
    return key;
}

struct Identity {
    Key key;
    Certificate certificate;
};

struct Wish {
    std::string_view common_name{};
    std::string_view alternative_names{};
    std::string_view constraints = "CA:FALSE";
    /// Days from now.
    int valid_from = -2;
    int valid_until = 30;
};

/// Random, because an authority must not give the same number twice.
std::uint64_t random_serial() {
    std::array<unsigned char, sizeof(std::uint64_t)> bytes{};
    require(RAND_bytes(bytes.data(), bytes.size()) == 1, "random bytes");
    std::uint64_t serial = 0;
    std::memcpy(&serial, bytes.data(), bytes.size());
    return serial;
}

void add_extension(X509* certificate, X509* issuer, int kind, std::string_view value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
        X509V3_EXT_conf_nid(nullptr, &context, kind, std::string(value).c_str()),
        &X509_EXTENSION_free);
    require(extension != nullptr, value);
    require(X509_add_ext(certificate, extension.get(), -1) == 1, value);
}

/// A certificate for `key` as wished, signed by `issuer` or, without one, by itself.
Identity issue(Key key, const Wish& wish, const Identity* issuer) {
    Identity made{std::move(key), Certificate(X509_new(), &X509_free)};
    X509* const certificate = made.certificate.get();
    require(certificate != nullptr, "certificate");
    const Identity& signer = issuer != nullptr ? *issuer : made;

    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), random_serial());
    X509_gmtime_adj(X509_getm_notBefore(certificate), wish.valid_from * one_day);
    X509_gmtime_adj(X509_getm_notAfter(certificate), wish.valid_until * one_day);
    X509_set_pubkey(certificate, made.key.get());
    const std::string name(wish.common_name);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(signer.certificate.get()));

    X509* const signed_by = signer.certificate.get();
    add_extension(certificate, signed_by, NID_basic_constraints, wish.constraints);
    add_extension(certificate, signed_by, NID_subject_key_identifier, "hash");
    add_extension(certificate, signed_by, NID_authority_key_identifier, "keyid");
    if (!wish.alternative_names.empty()) {
        add_extension(certificate, signed_by, NID_subject_alt_name, wish.alternative_names);
    }
    require(X509_sign(certificate, signer.key.get(), EVP_sha256()) > 0, "signature");
    return made;
}

using File = std::unique_ptr<BIO, decltype(&BIO_free)>;

File create(const std::filesystem::path& path) {
    File file(BIO_new_file(path.c_str(), "w"), &BIO_free);
    require(file != nullptr, path.native());
    return file;
}

CertificateFiles save(const Identity& identity, const std::filesystem::path& directory,
                      const std::string& name) {
    CertificateFiles files{directory / (name + ".pem"), directory / (name + ".key")};
    const File certificate = create(files.certificate);
    require(PEM_write_bio_X509(certificate.get(), identity.certificate.get()) == 1, name);
    const File key = create(files.private_key);
    require(PEM_write_bio_PrivateKey(key.get(), identity.key.get(), nullptr, nullptr, 0, nullptr,
                                     nullptr) == 1,
            name);
    return files;
}

}  // namespace

TlsFiles::TlsFiles() {
    const auto& directory = directory_.path();
    const Identity authority =
        issue(strong_key(), {.common_name = "Test Authority", .constraints = "critical,CA:TRUE"},
              nullptr);
    const auto make = [&](const std::string& name, Key key, const Wish& wish) {
        return save(issue(std::move(key), wish, &authority), directory, name);
    };
    const Wish local{.common_name = "localhost", .alternative_names = local_names};
    Wish past = local;
    past.valid_until = -1;

    authority_ = save(authority, directory, "authority");
    server_ = make("server", strong_key(), local);
    expired_ = make("expired", strong_key(), past);
    wrong_host_ = make("wrong-host", strong_key(),
                       {.common_name = "wrong.example", .alternative_names = "DNS:wrong.example"});
    weak_ = make("weak", weak_key(), local);
    client_ = make("client", strong_key(), {.common_name = "test-client"});
    self_signed_ = save(issue(strong_key(), local, nullptr), directory, "self-signed");
    unknown_client_ = save(issue(strong_key(), {.common_name = "unknown-client"}, nullptr),
                           directory, "unknown-client");
}

}  // namespace vllm_client::support
