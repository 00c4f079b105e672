// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "support/socket_stream.h"
#include "support/tls_files.h"

// As OpenSSL declares them; its headers stay out of the tests.
struct ssl_ctx_st;
struct ssl_st;

namespace vllm_client::support {

/// How a server talks TLS.
struct TlsOptions {
    /// What the server shows.
    CertificateFiles identity{};
    /// If set, clients must show a certificate signed by this authority.
    std::filesystem::path client_authority{};
    /// False: connections begin in plain text until the script's start_tls step (proxies).
    bool at_once = true;
};

/// Settings shared by all TLS connections of a server. Read-only, so safe from any thread.
class TlsContext {
 public:
    /// Throws std::runtime_error if a file cannot be used.
    explicit TlsContext(const TlsOptions& options);
    ~TlsContext();

    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;

    [[nodiscard]] ssl_ctx_st* get() const noexcept { return context_.get(); }

 private:
    struct Free {
        void operator()(ssl_ctx_st* context) const noexcept;
    };
    std::unique_ptr<ssl_ctx_st, Free> context_;
};

/// The server's side of TLS on one connection. Works on memory buffers and leaves all socket calls
/// to SocketStream, so that nothing here can raise SIGPIPE. Used by one thread.
class TlsSession {
 public:
    /// `stream` must outlive this object. Throws std::runtime_error if out of resources.
    TlsSession(const TlsContext& context, SocketStream& stream);
    ~TlsSession();

    TlsSession(const TlsSession&) = delete;
    TlsSession& operator=(const TlsSession&) = delete;

    /// Empty on success, else what went wrong; the client has been sent the alert then.
    [[nodiscard]] std::string handshake();

    /// As the methods of SocketStream, but on decrypted bytes.
    [[nodiscard]] std::optional<std::string> receive(std::size_t at_most);
    [[nodiscard]] bool wait_readable();
    bool send(std::string_view bytes);

    /// Sends the alert by which TLS tells an intended end from a cut.
    void close_notify();

    /// Common name of the client's certificate; empty if it showed none.
    [[nodiscard]] std::string client_name() const;

 private:
    struct Free {
        void operator()(ssl_st* session) const noexcept;
    };

    bool flush();
    bool feed();

    SocketStream& stream_;
    std::unique_ptr<ssl_st, Free> session_;
};

}  // namespace vllm_client::support
