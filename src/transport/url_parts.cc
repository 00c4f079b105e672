// SPDX-License-Identifier: Apache-2.0
#include "transport/url_parts.h"

#include <algorithm>

#include "transport/config_error.h"
#include "transport/curl_handles.h"
#include "transport/header_check.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::transport {
namespace {

constexpr std::size_t longest_url = 8192;

// The part, or empty if there is none.
Result<std::string> part(CURLU* url, CURLUPart which, unsigned flags = 0) {
    char* text = nullptr;
    const CURLUcode code = curl_url_get(url, which, &text, flags);
    const CurlText owned(text);
    if (code == CURLUE_OK) return std::string(owned.get());
    // With this flag it fails for escapes of control characters.
    if (code == CURLUE_URLDECODE) return Error{};
    return std::string();
}

bool is_name_char(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_';
}

bool is_label(std::string_view label) {
    constexpr std::size_t longest_label = 63;
    return !label.empty() && label.size() <= longest_label && label.front() != '-' &&
           label.back() != '-' && std::all_of(label.begin(), label.end(), is_name_char);
}

std::string choices(std::initializer_list<std::string_view> prefixes) {
    std::string text;
    for (const std::string_view* prefix = prefixes.begin(); prefix != prefixes.end(); ++prefix) {
        if (prefix != prefixes.begin()) text += prefix + 1 == prefixes.end() ? " or " : ", ";
        text += *prefix;
    }
    return text;
}

Result<void> check_characters(const std::string& text, std::string_view field) {
    if (text.empty()) return config_error(field, "is empty");
    if (text.size() > longest_url) return config_error(field, "is longer than 8192 bytes");
    if (has_control(text)) return config_error(field, "has control characters");
    if (text.find(' ') != std::string::npos) return config_error(field, "has a space");
    if (text.find('\\') != std::string::npos) return config_error(field, "has a backslash");
    if (std::any_of(text.begin(), text.end(), [](char c) { return (c & 0x80) != 0; })) {
        // libcurl would convert a name by the locale of the program, which says little about it.
        return config_error(field,
                            "has characters outside ASCII: a host name is written in its xn-- "
                            "form, anything else is percent-encoded");
    }
    if (text.find('#') != std::string::npos) return config_error(field, "has a fragment");
    if (text.find('?') != std::string::npos) return config_error(field, "has a query");
    return {};
}

std::string_view problem_of(CURLUcode code) {
    switch (code) {
        case CURLUE_BAD_PORT_NUMBER:
            return "must have a port from 1 to 65535";
        case CURLUE_NO_HOST:
        case CURLUE_BAD_SLASHES:
            return "has no host";
        case CURLUE_BAD_IPV6:
            return "has a bad IPv6 address";
        case CURLUE_BAD_HOSTNAME:
            return "has a bad host name";
        default:
            return "is not a URL";
    }
}

// The host as it stands in a URL, or empty if it cannot stand in one.
std::string host_of(CURLU* url) {
    std::string host = part(url, CURLUPART_HOST).value_or("");
    if (!host.starts_with('[')) return is_host_name(host) ? host : std::string();
    const std::string zone = part(url, CURLUPART_ZONEID).value_or("");
    if (zone.empty()) return host;
    const bool plain =
        std::all_of(zone.begin(), zone.end(), [](char c) { return is_name_char(c) || c == '.'; });
    return plain ? host.insert(host.size() - 1, "%25" + zone) : std::string();
}

Result<std::string> user_info_of(CURLU* url, std::string_view field) {
    const auto user = part(url, CURLUPART_USER, CURLU_URLDECODE);
    const auto password = part(url, CURLUPART_PASSWORD, CURLU_URLDECODE);
    if (!user || !password || has_control(*user) || has_control(*password)) {
        return config_error(field, "has control characters in its credentials");
    }
    // RFC 7617: the first colon ends the name.
    if (user->find(':') != std::string::npos) {
        return config_error(field, "has a colon in its user name");
    }
    return user->empty() && password->empty() ? std::string() : *user + ":" + *password;
}

}  // namespace

bool is_host_name(std::string_view text) noexcept {
    constexpr std::size_t longest_name = 253;
    if (text.ends_with('.')) text.remove_suffix(1);
    if (text.size() > longest_name) return false;
    for (;;) {
        const auto dot = text.find('.');
        if (!is_label(text.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        text.remove_prefix(dot + 1);
    }
}

Result<UrlParts> split_url(const std::string& text, std::string_view field,
                           std::initializer_list<std::string_view> prefixes) {
    if (auto checked = check_characters(text, field); !checked) return checked.error();
    const auto scheme_end = text.find("://");
    const CurlUrl url(curl_url());
    if (!url) return Error{.kind = ErrorKind::resource, .message = "no memory to read a URL"};
    const CURLUcode code =
        scheme_end == std::string::npos
            ? CURLUE_BAD_SCHEME
            : curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME);
    UrlParts parts;
    if (code == CURLUE_OK) parts.scheme = part(url.get(), CURLUPART_SCHEME).value_or("");
    const bool known =
        std::find(prefixes.begin(), prefixes.end(), parts.scheme + "://") != prefixes.end();
    if (code == CURLUE_BAD_SCHEME || (code == CURLUE_OK && !known)) {
        return config_error(field, "must begin with " + choices(prefixes));
    }
    if (code != CURLUE_OK) return config_error(field, problem_of(code));
    // libcurl takes the first part of the path for the host where the host is missing.
    if (text.substr(scheme_end + 3, 1) == "/") {
        return config_error(field, "has no host");
    }
    auto user_info = user_info_of(url.get(), field);
    if (!user_info) return user_info.error();
    parts.user_info = *std::move(user_info);
    parts.host = host_of(url.get());
    if (parts.host.empty()) return config_error(field, problem_of(CURLUE_BAD_HOSTNAME));
    parts.port = part(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT).value_or("");
    parts.explicit_port = part(url.get(), CURLUPART_PORT).value_or("");
    if (parts.port == "0") return config_error(field, problem_of(CURLUE_BAD_PORT_NUMBER));
    parts.path = part(url.get(), CURLUPART_PATH).value_or("/");
    return parts;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::transport
