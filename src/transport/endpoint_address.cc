// SPDX-License-Identifier: Apache-2.0
#include "transport/endpoint_address.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

#include "transport/config_error.h"
#include "transport/header_check.h"
#include "transport/url_parts.h"
#include "wire/base64.h"
#include "wire/dialect_routes.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::transport {
namespace {

// sockaddr_un.sun_path holds 108 bytes with the final NUL.
constexpr std::size_t longest_socket_path = 107;
constexpr std::string_view socket_prefix = "unix:";

bool is_socket_url(std::string_view url) {
    return std::equal(socket_prefix.begin(), socket_prefix.end(), url.begin(),
                      url.begin() + std::min(socket_prefix.size(), url.size()),
                      [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b + 32 : b); });
}

// "/prefix/v1/" → "/prefix": requests carry their own "/v1".
std::string without_version(std::string path) {
    const auto strip_slashes = [&path] {
        while (!path.empty() && path.back() == '/')
            path.pop_back();
    };
    strip_slashes();
    if (path.ends_with("/v1")) path.resize(path.size() - 3);
    strip_slashes();
    return path;
}

Result<EndpointAddress> read_socket_url(const std::string& url, const std::string& field) {
    if (has_control(url)) return config_error(field, "has control characters");
    std::string path = url.substr(socket_prefix.size());
    if (path.starts_with("//")) path.erase(0, 2);
    if (!path.starts_with('/')) {
        return config_error(field, "must give the socket's absolute path, as unix:/path/to.sock");
    }
    if (path.size() > longest_socket_path) {
        return config_error(field, "has a socket path longer than 107 bytes");
    }
    EndpointAddress address;
    address.name = std::string(socket_prefix) + path;
    address.base_url = "http://localhost";
    address.host = "localhost";
    address.port = "80";
    address.unix_socket = std::move(path);
    return address;
}

// A name given as a URL with credentials would carry them into logs and metrics.
bool holds_credentials(const std::string& name) {
    const auto scheme_end = name.find("://");
    return scheme_end != std::string::npos && name.find('@', scheme_end) != std::string::npos;
}

Result<void> check_texts(const EndpointOptions& options, bool is_socket, const std::string& field) {
    if (has_control(options.name)) return config_error(field + ".name", "has control characters");
    if (holds_credentials(options.name)) return config_error(field + ".name", "holds credentials");
    if (has_control(options.api_key)) {
        return config_error(field + ".api_key", "has control characters");
    }
    if (has_control(options.unix_socket)) {
        return config_error(field + ".unix_socket", "has control characters");
    }
    if (options.unix_socket.size() > longest_socket_path) {
        return config_error(field + ".unix_socket", "is longer than 107 bytes");
    }
    if (has_control(options.server_version)) {
        return config_error(field + ".server_version", "has control characters");
    }
    if (options.dialect > Dialect::openai) {
        return config_error(field + ".dialect", "is no value of Dialect");
    }
    if (is_socket && !options.unix_socket.empty()) {
        return config_error(field + ".unix_socket", "is given beside a unix: URL");
    }
    return {};
}

Result<std::vector<std::string>> read_headers(std::vector<std::string> lines,
                                              const EndpointOptions& options,
                                              const std::string& field) {
    for (std::size_t i = 0; i < options.headers.size(); ++i) {
        auto line = header_line(options.headers[i], field + ".headers[" + std::to_string(i) + "]");
        if (!line) return line.error();
        lines = with_header(std::move(lines), *std::move(line));
    }
    return lines;
}

}  // namespace

Result<EndpointAddress> read_endpoint_url(const std::string& url, const std::string& field) {
    if (is_socket_url(url)) return read_socket_url(url, field);
    auto parts = split_url(url, field, {"http://", "https://", "unix:/"});
    if (!parts) return parts.error();
    const std::string prefix = without_version(parts->path);
    if (!prefix.empty()) {
        if (auto checked = check_path(prefix, field); !checked) return checked.error();
    }
    EndpointAddress address;
    address.tls = parts->scheme == "https";
    address.base_url = parts->scheme + "://" + parts->host;
    if (!parts->explicit_port.empty()) address.base_url += ":" + parts->explicit_port;
    address.base_url += prefix;
    address.name = address.base_url;
    address.host = std::move(parts->host);
    address.port = std::move(parts->port);
    if (!parts->user_info.empty()) {
        address.headers.push_back("Authorization: Basic " +
                                  wire::encode_base64(std::as_bytes(std::span(parts->user_info))));
    }
    return address;
}

Result<EndpointAddress> read_endpoint(const EndpointOptions& options, const std::string& field) {
    auto address = read_endpoint_url(options.url, field + ".url");
    if (!address) return address;
    const bool is_socket = !address->unix_socket.empty();
    if (auto checked = check_texts(options, is_socket, field); !checked) return checked.error();
    if (!is_socket) address->unix_socket = options.unix_socket;
    if (!options.name.empty()) address->name = options.name;
    address->health_path = wire::dialect_path(options.dialect, "health", address->health_path);
    auto headers = read_headers(std::move(address->headers), options, field);
    if (!headers) return headers.error();
    address->headers = *std::move(headers);
    return address;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::transport
