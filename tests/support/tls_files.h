// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "support/temporary_directory.h"

namespace vllm_client::support {

/// A certificate and its private key, both PEM.
struct CertificateFiles {
    std::filesystem::path certificate{};
    std::filesystem::path private_key{};
};

/// Certificates for tests, made on the spot and removed on destruction: a private authority, and
/// one identity for each way in which a certificate can be right or wrong. Server identities are
/// for `localhost`, 127.0.0.1 and ::1 and signed by the authority unless it says otherwise. Takes
/// some ten milliseconds to make. Read-only once made, so safe from any thread.
class TlsFiles {
 public:
    /// Throws std::runtime_error or std::system_error.
    TlsFiles();

    /// What clients that trust the authority are given.
    [[nodiscard]] const std::filesystem::path& authority() const noexcept {
        return authority_.certificate;
    }
    [[nodiscard]] const CertificateFiles& server() const noexcept { return server_; }
    /// Ran out yesterday.
    [[nodiscard]] const CertificateFiles& expired() const noexcept { return expired_; }
    /// For `wrong.example` only.
    [[nodiscard]] const CertificateFiles& wrong_host() const noexcept { return wrong_host_; }
    /// Signed by itself.
    [[nodiscard]] const CertificateFiles& self_signed() const noexcept { return self_signed_; }
    /// With a 1,024-bit RSA key, below what current clients accept.
    [[nodiscard]] const CertificateFiles& weak() const noexcept { return weak_; }
    /// For a client, with the common name `test-client`.
    [[nodiscard]] const CertificateFiles& client() const noexcept { return client_; }
    /// For a client, signed by itself, so no server that checks accepts it.
    [[nodiscard]] const CertificateFiles& unknown_client() const noexcept {
        return unknown_client_;
    }

 private:
    TemporaryDirectory directory_;
    CertificateFiles authority_;
    CertificateFiles server_;
    CertificateFiles expired_;
    CertificateFiles wrong_host_;
    CertificateFiles self_signed_;
    CertificateFiles weak_;
    CertificateFiles client_;
    CertificateFiles unknown_client_;
};

}  // namespace vllm_client::support
