// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <optional>
#include <string>

#include "vllm_client/options.h"
#include "vllm_client/result.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::realtime {

struct TlsContextDeleter {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
};
using TlsContext = std::unique_ptr<SSL_CTX, TlsContextDeleter>;

/// A client's context with the roots and the identity of `options`. `tls` errors name the option.
[[nodiscard]] Result<TlsContext> make_tls_context(const TlsOptions& options);

/// Tells a connection whom it should meet: `expected_host` if set, else `host`. False if OpenSSL
/// refuses the name.
[[nodiscard]] bool expect_host(SSL& connection, const TlsOptions& options, const std::string& host);

/// The `tls` error of a failed handshake; `detail` is the library's text.
[[nodiscard]] Error tls_error(const SSL& connection, const std::string& detail);

/// The `tls` error of a peer whose key is not among the pinned ones.
[[nodiscard]] std::optional<Error> check_pinned_key(const SSL& connection,
                                                    const TlsOptions& options);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::realtime
