// SPDX-License-Identifier: Apache-2.0
#include "wire/json_reader.h"

#include <algorithm>
#include <cstring>

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

void append_utf8(std::string& out, std::uint32_t code) {
    if (code < 0x80) {
        out.push_back(static_cast<char>(code));
    } else if (code < 0x800) {
        out.push_back(static_cast<char>(0xC0 | (code >> 6)));
        out.push_back(static_cast<char>(0x80 | (code & 0x3F)));
    } else if (code < 0x10000) {
        out.push_back(static_cast<char>(0xE0 | (code >> 12)));
        out.push_back(static_cast<char>(0x80 | ((code >> 6) & 0x3F)));
        out.push_back(static_cast<char>(0x80 | (code & 0x3F)));
    } else {
        out.push_back(static_cast<char>(0xF0 | (code >> 18)));
        out.push_back(static_cast<char>(0x80 | ((code >> 12) & 0x3F)));
        out.push_back(static_cast<char>(0x80 | ((code >> 6) & 0x3F)));
        out.push_back(static_cast<char>(0x80 | (code & 0x3F)));
    }
}

// Four hex digits at `at`, or nothing.
std::optional<std::uint32_t> hex4(std::string_view text, std::size_t at) {
    if (at + 4 > text.size()) return std::nullopt;
    std::uint32_t code = 0;
    for (const char c : text.substr(at, 4)) {
        const auto digit = std::string_view("0123456789abcdef")
                               .find(static_cast<char>(c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c));
        if (digit == std::string_view::npos) return std::nullopt;
        code = code * 16 + static_cast<std::uint32_t>(digit);
    }
    return code;
}

bool is_high_surrogate(std::uint32_t code) {
    return code >= 0xD800 && code < 0xDC00;
}
bool is_low_surrogate(std::uint32_t code) {
    return code >= 0xDC00 && code < 0xE000;
}

constexpr std::string_view too_deep = "nested more than 256 levels deep";

bool is_nested_too_deeply(std::string_view json) {
    std::size_t depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (in_string) {
            if (c == '\\') ++i;
            in_string = c != '"';
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (++depth > max_json_depth) return true;
        } else if ((c == '}' || c == ']') && depth > 0) {
            --depth;
        }
    }
    return false;
}

// Appends the \u escape whose digits start at `at`; returns the position after it.
std::size_t append_unicode_escape(std::string& out, std::string_view raw, std::size_t at) {
    constexpr std::uint32_t replacement = 0xFFFD;
    const auto code = hex4(raw, at);
    if (!code) throw DecodeFailure{{}, "bad \\u escape in a string"};
    if (!is_high_surrogate(*code)) {
        append_utf8(out, is_low_surrogate(*code) ? replacement : *code);
        return at + 4;
    }
    if (raw.substr(at + 4, 2) == "\\u") {
        const auto low = hex4(raw, at + 6);
        if (low && is_low_surrogate(*low)) {
            append_utf8(out, 0x10000 + ((*code - 0xD800) << 10) + (*low - 0xDC00));
            return at + 10;
        }
    }
    append_utf8(out, replacement);
    return at + 4;
}

bool has_quote_or_backslash(const char* eight) {
    constexpr std::uint64_t ones = 0x0101010101010101;
    std::uint64_t word = 0;
    std::memcpy(&word, eight, sizeof word);
    const auto has_zero = [](std::uint64_t w) { return (w - ones) & ~w & (ones << 7); };
    return (has_zero(word ^ (ones * '"')) | has_zero(word ^ (ones * '\\'))) != 0;
}

}  // namespace

Error decode_error(std::string_view what, std::string_view json, const DecodeFailure& failure) {
    const bool deep = is_nested_too_deeply(json);
    std::string message = "cannot read the " + std::string(what);
    if (!failure.path.empty()) message += " at " + failure.path;
    message += ": " + (deep ? std::string(too_deep) : failure.problem);
    return Error{.kind = deep ? ErrorKind::limit : failure.kind,
                 .message = std::move(message),
                 .reach = Reach::executed,
                 .phase = Phase::decode};
}

void expect_end(ondemand::document& document) {
    if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) {
        throw DecodeFailure{{}, "something follows the JSON object"};
    }
}

void add_to_path(DecodeFailure& failure, std::string_view key) {
    const bool dot = !failure.path.empty() && failure.path.front() != '[';
    failure.path.insert(0, dot ? std::string(key) + "." : std::string(key));
}

std::string_view raw_key(ondemand::field& field) {
    const char* const begin = field.key().raw();
    const char* end = begin;
    // The parser has made sure that every string is closed, and that it may be read past its end.
    while (!has_quote_or_backslash(end))
        end += 8;
    for (; *end != '"'; ++end) {
        if (*end == '\\') ++end;
    }
    return {begin, static_cast<std::size_t>(end - begin)};
}

std::string_view raw_json(ondemand::value value) {
    const std::string_view json = trim_json(simdjson::to_json_string(value).value());
    switch (check_json(json)) {
        case JsonFault::none:
            return json;
        case JsonFault::depth:
            throw DecodeFailure{{}, std::string(too_deep), ErrorKind::limit};
        default:
            throw DecodeFailure{{}, "not valid JSON"};
    }
}

std::string unescape_lenient(std::string_view raw) {
    std::string out;
    out.reserve(raw.size());
    for (std::size_t i = 0; i < raw.size();) {
        if (raw[i] != '\\') {
            out.push_back(raw[i++]);
            continue;
        }
        const char escape = i + 1 < raw.size() ? raw[i + 1] : '\0';
        i += 2;
        switch (escape) {
            case 'b':
                out.push_back('\b');
                break;
            case 'f':
                out.push_back('\f');
                break;
            case 'n':
                out.push_back('\n');
                break;
            case 'r':
                out.push_back('\r');
                break;
            case 't':
                out.push_back('\t');
                break;
            case '"':
            case '\\':
            case '/':
                out.push_back(escape);
                break;
            case 'u':
                i = append_unicode_escape(out, raw, i);
                break;
            default:
                throw DecodeFailure{{}, "bad escape in a string"};
        }
    }
    return out;
}

std::string read_text(ondemand::value value) {
    if (is_null(value)) return {};
    if (value.type().value() != ondemand::json_type::string) {
        throw DecodeFailure{{}, "expected a string"};
    }
    const std::string_view token = value.raw_json_token();
    std::string_view text;
    if (value.get_string().get(text) == simdjson::SUCCESS) return std::string(text);
    const auto close = token.find_last_of('"');
    return unescape_lenient(token.substr(1, close - 1));
}

std::int64_t read_integer(ondemand::value value) {
    if (is_null(value)) return 0;
    if (value.type().value() != ondemand::json_type::number) {
        throw DecodeFailure{{}, "expected a number"};
    }
    std::int64_t whole = 0;
    if (value.get_int64().get(whole) == simdjson::SUCCESS) return whole;
    double real = 0;
    if (value.get_double().get(real) != simdjson::SUCCESS) {
        throw DecodeFailure{{}, "not a usable number"};
    }
    constexpr double edge = 9.2e18;
    return static_cast<std::int64_t>(std::clamp(real, -edge, edge));
}

double read_real(ondemand::value value) {
    if (is_null(value)) return 0;
    if (value.type().value() != ondemand::json_type::number) {
        throw DecodeFailure{{}, "expected a number"};
    }
    return value.get_double().value();
}

std::vector<std::int64_t> read_integers(ondemand::value value) {
    std::vector<std::int64_t> numbers;
    for_each_element(value, [&](ondemand::value item) { numbers.push_back(read_integer(item)); });
    return numbers;
}

JsonText read_json_text(ondemand::value value) {
    if (is_null(value)) return {};
    return JsonText::from_checked(std::string(raw_json(value)));
}

void ExtraFields::add(std::string_view raw_key, ondemand::value value) {
    const std::string_view json = raw_json(value);
    text_.push_back(text_.empty() ? '{' : ',');
    const std::size_t name = text_.size();
    text_.push_back('"');
    text_.append(raw_key);
    text_.push_back('"');
    // The parser has not looked at the escapes in a key that nobody asked for.
    if (check_json(std::string_view(text_).substr(name)) != JsonFault::none) {
        throw DecodeFailure{{}, "not a valid name"};
    }
    text_.push_back(':');
    text_.append(json);
}

JsonText ExtraFields::take() {
    if (text_.empty()) return {};
    text_.push_back('}');
    return JsonText::from_checked(std::move(text_));
}

void pad(std::string& text) {
    if (text.capacity() < text.size() + simdjson::SIMDJSON_PADDING) {
        text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
    }
}

ondemand::parser& thread_parser() {
    thread_local ondemand::parser parser;
    return parser;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
