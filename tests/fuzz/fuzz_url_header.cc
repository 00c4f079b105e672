// SPDX-License-Identifier: Apache-2.0
// Whatever a URL, header or path is made of: what is accepted cannot break out of its line, and
// reads the same again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "transport/endpoint_address.h"
#include "transport/header_check.h"
#include "transport/proxy_check.h"

namespace vllm_client {
namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

bool is_one_line(std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

void check_endpoint(const std::string& text) {
    const auto address = transport::read_endpoint({.url = text}, "endpoint");
    if (!address) {
        require(address.error().kind == ErrorKind::config && is_one_line(address.error().message));
        return;
    }
    for (const std::string& part :
         {address->name, address->base_url, address->host, address->port, address->unix_socket}) {
        require(is_one_line(part));
    }
    for (const std::string& line : address->headers)
        require(is_one_line(line));
    if (!address->unix_socket.empty()) return;
    // Credentials are gone, and nothing else of the host is read as such.
    require(address->base_url.find('@') == std::string::npos ||
            address->base_url.find('@') > address->base_url.find('/', 8));
    require(address->base_url.compare(address->tls ? 8 : 7, address->host.size(), address->host) ==
            0);
    const auto again = transport::read_endpoint({.url = address->base_url + "/v1"}, "endpoint");
    require(again.ok() && again->base_url == address->base_url && again->port == address->port &&
            again->headers.empty());
}

void check_header(const std::string& text) {
    const auto split = text.find(':');
    const Header header{text.substr(0, split),
                        split == std::string::npos ? std::string() : text.substr(split + 1)};
    const auto line = transport::header_line(header, "header");
    if (!line) return;
    require(is_one_line(*line));
    require(line->find_first_of(":;") == header.name.size());
    require(transport::same_header_name(*line, header.name + ":"));
}

void check_path(const std::string& text) {
    if (transport::check_path(text, "path")) {
        require(text.front() == '/' && !transport::has_control(text));
        require(text.find_first_of(" #") == std::string::npos);
    }
    const std::string encoded = transport::percent_encode(text);
    require(transport::check_path("/" + encoded, "path").ok());
    require(encoded.find_first_of("/?#") == std::string::npos && encoded != "..");
}

}  // namespace
}  // namespace vllm_client

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    vllm_client::check_endpoint(text);
    vllm_client::check_header(text);
    vllm_client::check_path(text);
    if (vllm_client::transport::check_proxy_url(text, "proxy")) {
        vllm_client::require(vllm_client::is_one_line(text));
    }
    return 0;
}
