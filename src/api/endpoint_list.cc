// SPDX-License-Identifier: Apache-2.0
#include "api/endpoint_list.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "transport/config_error.h"
#include "transport/header_check.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::api {
namespace {

using transport::EndpointAddress;
using Lines = std::vector<std::string>;

Result<Lines> client_headers(const ClientOptions& options) {
    Lines lines;
    for (std::size_t i = 0; i < options.headers.size(); ++i) {
        auto line =
            transport::header_line(options.headers[i], "headers[" + std::to_string(i) + "]");
        if (!line) return line.error();
        lines = transport::with_header(std::move(lines), *std::move(line));
    }
    return lines;
}

// A name made from a URL gives way to one that the user gave, wherever that stands in the list.
Result<std::vector<EndpointAddress>> with_unique_names(std::vector<EndpointAddress> addresses,
                                                       const std::vector<Endpoint>& endpoints) {
    std::unordered_set<std::string> taken;
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
        const std::string& name = endpoints[i].options().name;
        if (!name.empty() && !taken.insert(name).second) {
            return transport::config_error("endpoints[" + std::to_string(i) + "].name",
                                           "is the name of another endpoint: " + name);
        }
    }
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
        if (!endpoints[i].options().name.empty()) continue;
        std::string name = addresses[i].name;
        for (std::size_t number = 2; !taken.insert(name).second; ++number) {
            name = addresses[i].name + "#" + std::to_string(number);
        }
        addresses[i].name = std::move(name);
    }
    return addresses;
}

bool is_local(const EndpointAddress& address) {
    std::string_view host = address.host;
    if (host.ends_with('.')) host.remove_suffix(1);
    const bool is_loopback =
        host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos;
    return !address.unix_socket.empty() || host == "localhost" || host.ends_with(".localhost") ||
           is_loopback || host == "[::1]";
}

bool sends_key(const ClientOptions& options, const EndpointAddress& address, std::size_t index) {
    const bool own =
        index < options.endpoints.size() && !options.endpoints[index].options().api_key.empty();
    return own || !options.api_key.empty() || options.key_provider ||
           std::any_of(address.headers.begin(), address.headers.end(), [](const auto& line) {
               return transport::same_header_name(line, "Authorization:");
           });
}

}  // namespace

Result<std::vector<EndpointAddress>> read_endpoints(const ClientOptions& options) {
    const auto shared = client_headers(options);
    if (!shared) return shared.error();
    std::vector<Endpoint> endpoints = options.endpoints;
    if (endpoints.empty()) endpoints.emplace_back("http://localhost:8000");
    std::vector<EndpointAddress> addresses;
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
        auto address = transport::read_endpoint(endpoints[i].options(),
                                                "endpoints[" + std::to_string(i) + "]");
        if (!address) return address.error();
        Lines lines = *shared;
        for (std::string& line : address->headers) {
            lines = transport::with_header(std::move(lines), std::move(line));
        }
        address->headers = std::move(lines);
        addresses.push_back(*std::move(address));
    }
    return with_unique_names(std::move(addresses), endpoints);
}

std::vector<std::string> option_warnings(const ClientOptions& options,
                                         const std::vector<EndpointAddress>& endpoints) {
    std::vector<std::string> warnings;
    std::string names;
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
        const EndpointAddress& endpoint = endpoints[i];
        if (endpoint.tls || is_local(endpoint) || !sends_key(options, endpoint, i)) continue;
        names += (names.empty() ? "" : ", ") + endpoint.name;
    }
    if (!names.empty()) warnings.push_back("keys go over plain http to another host: " + names);
    if (options.tls.insecure) {
        warnings.emplace_back("tls.insecure is set: anyone can pose as a server of this client");
    }
    return warnings;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api
