// SPDX-License-Identifier: Apache-2.0
#include "support/tls_files.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <memory>
#include <optional>

namespace vllm_client::support {
namespace {

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

Certificate load(const std::filesystem::path& path) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> file(BIO_new_file(path.c_str(), "r"),
                                                         &BIO_free);
    return {PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr), &X509_free};
}

/// What a client that trusts the authority finds wrong with a certificate.
int verification_error(const TlsFiles& files, const CertificateFiles& identity) {
    const Certificate certificate = load(identity.certificate);
    const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store(X509_STORE_new(),
                                                                        &X509_STORE_free);
    X509_STORE_add_cert(store.get(), load(files.authority()).get());
    const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> context(
        X509_STORE_CTX_new(), &X509_STORE_CTX_free);
    X509_STORE_CTX_init(context.get(), store.get(), certificate.get(), nullptr);
    X509_verify_cert(context.get());
    return X509_STORE_CTX_get_error(context.get());
}

bool is_for(const CertificateFiles& identity, const char* host) {
    return X509_check_host(load(identity.certificate).get(), host, 0, 0, nullptr) == 1;
}

TEST(TlsFiles, AuthorityVouchesForItsCertificates) {
    const TlsFiles files;
    for (const auto& identity :
         {files.server(), files.wrong_host(), files.weak(), files.client()}) {
        EXPECT_EQ(verification_error(files, identity), X509_V_OK) << identity.certificate;
    }
}

TEST(TlsFiles, EachBadCertificateIsBadInItsOwnWay) {
    const TlsFiles files;
    EXPECT_EQ(verification_error(files, files.expired()), X509_V_ERR_CERT_HAS_EXPIRED);
    EXPECT_EQ(verification_error(files, files.self_signed()),
              X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT);
    EXPECT_EQ(verification_error(files, files.unknown_client()),
              X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT);
    EXPECT_EQ(EVP_PKEY_get_bits(X509_get0_pubkey(load(files.weak().certificate).get())), 1024);
}

TEST(TlsFiles, NamesFitTheHostsTheyAreFor) {
    const TlsFiles files;
    EXPECT_TRUE(is_for(files.server(), "localhost"));
    const Certificate server = load(files.server().certificate);
    EXPECT_EQ(X509_check_ip_asc(server.get(), "127.0.0.1", 0), 1);
    EXPECT_EQ(X509_check_ip_asc(server.get(), "::1", 0), 1);
    EXPECT_FALSE(is_for(files.wrong_host(), "localhost"));
    EXPECT_TRUE(is_for(files.wrong_host(), "wrong.example"));
}

TEST(TlsFiles, KeysBelongToTheirCertificates) {
    const TlsFiles files;
    const std::unique_ptr<BIO, decltype(&BIO_free)> file(
        BIO_new_file(files.client().private_key.c_str(), "r"), &BIO_free);
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
        PEM_read_bio_PrivateKey(file.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
    EXPECT_EQ(X509_check_private_key(load(files.client().certificate).get(), key.get()), 1);
}

TEST(TlsFiles, AreGoneAfterwards) {
    std::optional<TlsFiles> files(std::in_place);
    const auto directory = files->authority().parent_path();
    EXPECT_TRUE(std::filesystem::exists(directory));
    files.reset();
    EXPECT_FALSE(std::filesystem::exists(directory));
}

}  // namespace
}  // namespace vllm_client::support
