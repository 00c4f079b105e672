// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_json_text.h"

#include <array>
#include <charconv>
#include <cmath>

#include "testing/sim_utf8.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

void append_u_escape(std::string& out, unsigned unit) {
    static constexpr std::string_view digits = "0123456789abcdef";
    out += "\\u";
    for (const unsigned shift : {12U, 8U, 4U, 0U})
        out += digits[(unit >> shift) & 0xFU];
}

void append_escape(std::string& out, char c) {
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        case '\b':
            out += "\\b";
            return;
        case '\f':
            out += "\\f";
            return;
        default:
            append_u_escape(out, static_cast<unsigned char>(c));
            return;
    }
}

bool needs_escape(char c) noexcept {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

template <class Value, class... Format>
void append_chars(std::string& out, Value value, Format... format) {
    std::array<char, 64> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value, format...).ptr;
    out.append(text.data(), end);
}

}  // namespace

void append_escaped(std::string& out, std::string_view text) {
    std::size_t from = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!needs_escape(text[i])) continue;
        out.append(text, from, i - from);
        append_escape(out, text[i]);
        from = i + 1;
    }
    out.append(text, from);
}

void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    append_escaped(out, text);
    out += '"';
}

void append_quoted_ascii(std::string& out, std::string_view text) {
    out += '"';
    while (!text.empty()) {
        const Utf8Step step = utf8_step(text);
        if (step.character >= 0x10000) {
            const char32_t offset = step.character - 0x10000;
            append_u_escape(out, 0xD800U + static_cast<unsigned>(offset >> 10U));
            append_u_escape(out, 0xDC00U + static_cast<unsigned>(offset & 0x3FFU));
        } else if (step.character >= 0x7F) {
            append_u_escape(out, static_cast<unsigned>(step.character));
        } else {
            append_escaped(out, text.substr(0, 1));
        }
        text.remove_prefix(step.bytes);
    }
    out += '"';
}

void append_number(std::string& out, double value) {
    if (value == std::floor(value) && std::abs(value) < 1e15) {
        append_chars(out, value, std::chars_format::fixed, 1);
    } else {
        append_chars(out, value);
    }
}

void append_hex(std::string& out, unsigned long long value) {
    append_chars(out, value, 16);
}

std::string hex16(unsigned long long value) {
    std::string digits;
    append_hex(digits, value);
    return std::string(16 - digits.size(), '0') + digits;
}

void detail::append_signed(std::string& out, long long value) {
    append_chars(out, value);
}
void detail::append_unsigned(std::string& out, unsigned long long value) {
    append_chars(out, value);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
