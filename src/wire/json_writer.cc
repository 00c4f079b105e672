// SPDX-License-Identifier: Apache-2.0
#include "wire/json_writer.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

#include "wire/json_slices.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

// Per byte: 0 = copy, 'u' = \u00XX, else the letter after the backslash.
constexpr std::array<char, 256> escapes = [] {
    std::array<char, 256> table{};
    for (int c = 0; c < 0x20; ++c)
        table[static_cast<std::size_t>(c)] = 'u';
    table['\b'] = 'b';
    table['\t'] = 't';
    table['\n'] = 'n';
    table['\f'] = 'f';
    table['\r'] = 'r';
    table['"'] = '"';
    table['\\'] = '\\';
    return table;
}();

// True if one of the eight bytes needs an escape: below 0x20, '"' or '\\'. Prompts are long and
// need few, so this is what writing them costs.
bool any_escape(const char* eight) {
    constexpr std::uint64_t ones = 0x0101010101010101;
    constexpr std::uint64_t tops = 0x8080808080808080;
    std::uint64_t word = 0;
    std::memcpy(&word, eight, sizeof word);
    const auto has_zero = [](std::uint64_t w) { return (w - ones) & ~w & tops; };
    const std::uint64_t control = (word - ones * 0x20) & ~word & tops;
    return (control | has_zero(word ^ (ones * '"')) | has_zero(word ^ (ones * '\\'))) != 0;
}

void append_escape(std::string& out, unsigned char byte) {
    static constexpr char hex[] = "0123456789abcdef";
    const char escape = escapes[byte];
    out.push_back('\\');
    out.push_back(escape);
    if (escape != 'u') return;
    out.append("00");
    out.push_back(hex[byte >> 4]);
    out.push_back(hex[byte & 15]);
}

void append_escaped(std::string& out, std::string_view text) {
    std::size_t plain = 0;  // start of the run not copied yet
    for (std::size_t i = 0; i < text.size();) {
        if (i + 8 <= text.size() && !any_escape(text.data() + i)) {
            i += 8;
            continue;
        }
        const std::size_t end = std::min(i + 8, text.size());
        for (; i < end; ++i) {
            const auto byte = static_cast<unsigned char>(text[i]);
            if (escapes[byte] == 0) continue;
            out.append(text, plain, i - plain);
            append_escape(out, byte);
            plain = i + 1;
        }
    }
    out.append(text, plain, std::string_view::npos);
}

}  // namespace

void JsonWriter::separate() {
    if (levels_.empty()) return;
    Level& level = levels_.back();
    if (level.array) {
        if (!level.empty) out_.push_back(',');
        level.empty = false;
    }
}

void JsonWriter::quoted(std::string_view text) {
    if (!simdjson::validate_utf8(text.data(), text.size())) {
        fail(last_key_, "is not valid UTF-8");
        text = {};
    }
    out_.push_back('"');
    append_escaped(out_, text);
    out_.push_back('"');
}

void JsonWriter::begin_object(const JsonText* extra) {
    separate();
    out_.push_back('{');
    const std::size_t first = extra_.size();
    if (extra && !extra->empty()) load_extra(*extra);
    levels_.push_back({.next_extra = first, .end_extra = extra_.size()});
}

void JsonWriter::end_object() {
    Level& level = levels_.back();
    while (level.next_extra < level.end_extra)
        write_extra(extra_[level.next_extra++]);
    out_.push_back('}');
    levels_.pop_back();
    extra_.resize(levels_.empty() ? 0 : levels_.back().end_extra);
}

void JsonWriter::begin_array() {
    separate();
    out_.push_back('[');
    levels_.push_back({.next_extra = extra_.size(), .end_extra = extra_.size(), .array = true});
}

void JsonWriter::end_array() {
    out_.push_back(']');
    levels_.pop_back();
}

bool JsonWriter::key(std::string_view name) {
    Level& level = levels_.back();
    while (level.next_extra < level.end_extra && extra_[level.next_extra].name <= name) {
        const ExtraMember& member = extra_[level.next_extra++];
        write_extra(member);
        if (member.name == name) return false;
    }
    if (!level.empty) out_.push_back(',');
    level.empty = false;
    last_key_ = name;
    out_.push_back('"');
    out_.append(name);
    out_.append("\":");
    return true;
}

bool JsonWriter::is_replaced(std::string_view name) const {
    const Level& level = levels_.back();
    for (std::size_t i = level.next_extra; i < level.end_extra; ++i) {
        if (extra_[i].name == name) return true;
    }
    return false;
}

void JsonWriter::write_extra(const ExtraMember& member) {
    Level& level = levels_.back();
    if (!level.empty) out_.push_back(',');
    level.empty = false;
    out_.push_back('"');
    append_escaped(out_, member.name);
    out_.append("\":");
    out_.append(member.value);
}

void JsonWriter::load_extra(const JsonText& extra) {
    if (!extra.is_object()) return fail("extra", "must be a JSON object");
    const std::size_t first = extra_.size();
    const bool read = for_each_member(extra.text(), [this](std::string name, std::string_view v) {
        extra_.push_back({std::move(name), v});
    });
    if (!read) return fail("extra", "must be a JSON object");
    const auto begin = extra_.begin() + static_cast<std::ptrdiff_t>(first);
    std::stable_sort(begin, extra_.end(),
                     [](const ExtraMember& a, const ExtraMember& b) { return a.name < b.name; });
    // The last of equal names wins, as in any JSON reader.
    const auto kept =
        std::unique(extra_.rbegin(), std::make_reverse_iterator(begin),
                    [](const ExtraMember& a, const ExtraMember& b) { return a.name == b.name; });
    extra_.erase(begin, kept.base());
}

void JsonWriter::value(std::string_view text) {
    separate();
    quoted(text);
}

void JsonWriter::value(bool flag) {
    separate();
    out_.append(flag ? "true" : "false");
}

void JsonWriter::value(std::int64_t number) {
    separate();
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    out_.append(digits, end);
}

void JsonWriter::value(double number) {
    separate();
    if (!std::isfinite(number)) {
        fail(last_key_, "is not a finite number");
        number = 0;
    }
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    out_.append(digits, end);
}

void JsonWriter::value(const JsonText& json) {
    separate();
    if (!json.valid()) {
        fail(last_key_, "is not valid JSON");
        return;
    }
    out_.append(json.text());
}

JsonWriter::Scope::Scope(JsonWriter& writer, std::string_view name)
    : writer_(writer), length_(writer.path_.size()) {
    if (!writer_.path_.empty()) writer_.path_.push_back('.');
    writer_.path_.append(name);
}

JsonWriter::Scope::Scope(JsonWriter& writer, std::string_view name, std::size_t index)
    : Scope(writer, name) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, index).ptr;
    writer_.path_.push_back('[');
    writer_.path_.append(digits, end);
    writer_.path_.push_back(']');
}

JsonWriter::Scope::~Scope() {
    writer_.path_.resize(length_);
}

void JsonWriter::fail(std::string_view field, std::string_view problem) {
    if (!problem_.empty()) return;
    problem_ = path_;
    if (!problem_.empty() && !field.empty()) problem_.push_back('.');
    problem_.append(field);
    problem_.push_back(' ');
    problem_.append(problem);
}

Result<std::string> JsonWriter::finish() && {
    if (!problem_.empty()) {
        return Error{.kind = ErrorKind::config, .message = problem_, .phase = Phase::validate};
    }
    return std::move(out_);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
