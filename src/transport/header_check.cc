// SPDX-License-Identifier: Apache-2.0
#include "transport/header_check.h"

#include <algorithm>
#include <array>
#include <utility>

#include "transport/config_error.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::transport {
namespace {

// A second opinion on where a message ends is how requests are smuggled.
constexpr std::array<std::string_view, 8> transport_headers{
    "connection", "content-length",    "keep-alive", "proxy-connection",
    "trailer",    "transfer-encoding", "te",         "upgrade"};

bool is_alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_one_of(char c, std::string_view set) {
    return set.find(c) != std::string_view::npos;
}

bool is_token_char(char c) {
    return is_alphanumeric(c) || is_one_of(c, "!#$%&'*+-.^_`|~");
}

bool is_hex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_text(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

Result<std::string> header_line(const Header& header, std::string_view field) {
    const std::string& name = header.name;
    const std::string& value = header.value;
    if (name.empty()) return config_error(field, "has a header without a name");
    if (!std::all_of(name.begin(), name.end(), is_token_char)) {
        return config_error(field, "has a header name that is not a token");
    }
    for (const std::string_view reserved : transport_headers) {
        if (same_text(name, reserved)) {
            return config_error(field,
                                "sets " + std::string(reserved) + ", which is the client's own");
        }
    }
    const auto is_bad = [](char c) { return is_control(c) && c != '\t'; };
    if (std::any_of(value.begin(), value.end(), is_bad)) {
        return config_error(field, "has control characters in its value");
    }
    // libcurl drops a header with a blank value; the semicolon form sends it empty.
    if (value.find_first_not_of(" \t") == std::string::npos) return name + ";";
    return name + ": " + value;
}

Result<void> check_path(std::string_view path, std::string_view field) {
    if (path.empty() || path.front() != '/') return config_error(field, "must begin with '/'");
    for (std::size_t i = 0; i < path.size(); ++i) {
        const char c = path[i];
        if (c == '#') return config_error(field, "has a fragment");
        const bool escape =
            c == '%' && i + 2 < path.size() && is_hex(path[i + 1]) && is_hex(path[i + 2]);
        if (!escape && !is_alphanumeric(c) && !is_one_of(c, "-._~!$&'()*+,;=:@/?")) {
            return config_error(field, "has characters that must be percent-encoded");
        }
    }
    return {};
}

bool has_control(std::string_view text) noexcept {
    return std::any_of(text.begin(), text.end(), is_control);
}

bool same_header_name(std::string_view line_a, std::string_view line_b) noexcept {
    return same_text(line_a.substr(0, line_a.find_first_of(":;")),
                     line_b.substr(0, line_b.find_first_of(":;")));
}

std::vector<std::string> with_header(std::vector<std::string> lines, std::string line) {
    const auto is_same = [&line](const std::string& other) {
        return same_header_name(other, line);
    };
    const auto place = std::find_if(lines.begin(), lines.end(), is_same);
    if (place == lines.end()) {
        lines.push_back(std::move(line));
        return lines;
    }
    lines.erase(std::remove_if(place + 1, lines.end(), is_same), lines.end());
    *place = std::move(line);
    return lines;
}

std::string percent_encode(std::string_view text) {
    static constexpr char hex[] = "0123456789ABCDEF";
    // Alone in a path segment, these would mean the segment before.
    const bool is_dots = text == "." || text == "..";
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (is_alphanumeric(c) || (!is_dots && is_one_of(c, "-._~"))) {
            out.push_back(c);
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out.push_back('%');
            out.push_back(hex[byte >> 4]);
            out.push_back(hex[byte & 15]);
        }
    }
    return out;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::transport
