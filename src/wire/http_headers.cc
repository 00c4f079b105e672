// SPDX-License-Identifier: Apache-2.0
#include "wire/http_headers.h"

#include <algorithm>

#include "vllm_client/reply_parts.h"
#include "vllm_client/transport.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {
namespace wire {
namespace {

// HTTP names are ASCII; the locale must have no say.
char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// Calls `visit(name, value)` for each line that has both, until it returns true.
template <class F>
void for_each_header(std::string_view block, F&& visit) noexcept {
    while (!block.empty()) {
        const auto end = std::min(block.find('\n'), block.size());
        const std::string_view line = block.substr(0, end);
        block.remove_prefix(std::min(end + 1, block.size()));
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        if (visit(line.substr(0, colon), line.substr(colon + 1))) return;
    }
}

}  // namespace

std::optional<std::string_view> find_header(std::string_view block,
                                            std::string_view name) noexcept {
    std::optional<std::string_view> found;
    for_each_header(block, [&](std::string_view line_name, std::string_view value) {
        if (same_name(line_name, name)) found = trimmed(value);
        return found.has_value();
    });
    return found;
}

FramingHeaders find_framing_headers(std::string_view block) noexcept {
    FramingHeaders found;
    for_each_header(block, [&](std::string_view line_name, std::string_view value) {
        const auto take = [&](std::optional<std::string_view>& into, std::string_view name) {
            if (!into && same_name(line_name, name)) into = trimmed(value);
        };
        take(found.content_type, "content-type");
        take(found.content_length, "content-length");
        take(found.transfer_encoding, "transfer-encoding");
        take(found.keep_alive, "keep-alive");
        return false;
    });
    return found;
}

}  // namespace wire

std::optional<std::string_view> HttpReply::header(std::string_view name) const noexcept {
    return wire::find_header(headers, name);
}

std::optional<std::string_view> RawReply::header(std::string_view name) const noexcept {
    return wire::find_header(headers, name);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
