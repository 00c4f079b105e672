// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vllm_client/dialect.h"
#include "vllm_client/export.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

/// One HTTP header field. Names and values with CR, LF or NUL give a `config` error.
struct Header {
    std::string name{};   ///< Token of RFC 9110, e.g. "X-Team".
    std::string value{};  ///< Sent as given.

    friend bool operator==(const Header&, const Header&) = default;
};

/// One server, or proxy in front of servers, and how to talk to it.
struct EndpointOptions {
    /// `http://host:port`, `https://…`, or `unix:/path/to.sock`. A trailing `/v1` is accepted and
    /// means the same as without; any other path is kept as a prefix of every request. Credentials
    /// in it are sent as `Authorization: Basic …` and never shown.
    std::string url{};
    /// How the endpoint is called in options, errors and metrics. Default: the URL without
    /// credentials, a trailing '/' or "/v1". Given names must be unique within a client.
    std::string name{};
    /// Sent as `Authorization: Bearer …`. Empty: the client's key. Never logged.
    std::string api_key{};
    /// Path of a Unix-domain socket to connect to; the URL then only names the host sent.
    std::string unix_socket{};
    /// Sent with every request to this endpoint, after the client's own headers.
    std::vector<Header> headers{};
    /// What the server is, where that is known. `automatic`: taken for a current vLLM until
    /// VllmClient::identify() or check() finds out. Anything else is never overruled.
    Dialect dialect{Dialect::automatic};
    /// Its version, e.g. "0.10.2"; counts only beside `dialect`. Empty: a current one.
    std::string server_version{};
};

/// An endpoint as written in a list of endpoints: a URL, or EndpointOptions.
///
///     VllmClient client({.endpoints = {"http://a:8000",
///                                      EndpointOptions{.url = "http://b:8000", .api_key = key}}});
///
/// A plain value; checked when the client is made.
class Endpoint {
 public:
    Endpoint() = default;
    Endpoint(const char* url) : options_{.url = url} {}
    Endpoint(std::string url) : options_{.url = std::move(url)} {}
    Endpoint(EndpointOptions options) : options_(std::move(options)) {}

    [[nodiscard]] const EndpointOptions& options() const noexcept { return options_; }
    [[nodiscard]] EndpointOptions& options() noexcept { return options_; }

 private:
    EndpointOptions options_{};
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
