// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "vllm_client/endpoint.h"
#include "vllm_client/result.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::transport {

/// An endpoint's URL, taken apart and checked.
struct EndpointAddress {
    std::string name{};  ///< For people: the given name, or `base_url`, or "unix:" and the path.
    std::string base_url{};  ///< Scheme, host, port and prefix, without a trailing '/' or "/v1".
    std::string host{};      ///< As in `base_url`: IPv6 in brackets, with its zone.
    std::string port{};
    std::string unix_socket{};  ///< Path, or empty.
    bool tls{false};
    std::string health_path{"/health"};  ///< What tells whether the server is up.
    /// Complete lines of the endpoint's own headers. Credentials in the URL become `Authorization:
    /// Basic …` here, unless the endpoint has an `Authorization` of its own. Never shown.
    std::vector<std::string> headers{};
};

/// Reads the URL alone; `field` is how errors call it. They hold nothing of the URL itself.
[[nodiscard]] Result<EndpointAddress> read_endpoint_url(const std::string& url,
                                                        const std::string& field);

/// Checks `options` and takes the URL apart. `field` (e.g. "endpoints[0]") begins the message of
/// the `config` error that a bad URL, path, name, key or header gives. Errors hold none of the
/// values.
[[nodiscard]] Result<EndpointAddress> read_endpoint(const EndpointOptions& options,
                                                    const std::string& field);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::transport
