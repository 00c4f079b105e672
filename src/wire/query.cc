// SPDX-License-Identifier: Apache-2.0
#include "wire/query.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

bool is_unreserved(char c) noexcept {
    const char letter = static_cast<char>(c | 0x20);
    return (letter >= 'a' && letter <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

}  // namespace

std::string percent_encode(std::string_view text) {
    constexpr const char* digits = "0123456789ABCDEF";
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (is_unreserved(c)) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += digits[byte >> 4U];
        out += digits[byte & 0xFU];
    }
    return out;
}

std::string with_query(std::string_view path, const std::vector<QueryItem>& items) {
    std::string out(path);
    char separator = '?';
    for (const QueryItem& item : items) {
        out += separator;
        out += item.name;
        out += '=';
        out += percent_encode(item.value);
        separator = '&';
    }
    return out;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
