// SPDX-License-Identifier: Apache-2.0
#include "wire/event_parser.h"

#include <algorithm>

#include "wire/json_grammar.h"
#include "wire/reply_reader.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

// Throws if `json` is nested too deeply: what is skipped unread is not checked otherwise.
void check_depth(std::string_view json) {
    // A level takes two bytes. Deep JSON has many opening brackets, which are quick to count.
    if (json.size() < 2 * max_json_depth) return;
    std::size_t open = 0;
    for (const char c : json)
        open += (c | 0x20) == '{';  // '[' differs from '{' by this bit
    if (open > max_json_depth && check_json(json) == JsonFault::depth) {
        throw DecodeFailure{{}, "nested too deeply", ErrorKind::limit};
    }
}

// Makes room for an event of `size` bytes: grows in steps, gives back what one huge event took.
void fit(ondemand::parser& parser, std::size_t size) {
    constexpr std::size_t smallest = 1024;
    constexpr std::size_t largest_kept = 256UL * 1024;
    constexpr std::size_t depth = 32;  // space the parser reserves, unused when reading on demand
    const std::size_t now = parser.capacity();
    const bool too_large = now > largest_kept && size <= largest_kept;
    if (size <= now && !too_large) return;
    const std::size_t step = too_large ? smallest : std::clamp(2 * now, smallest, largest_kept);
    if (const auto error = parser.allocate(std::max(size, step), depth)) {
        throw simdjson::simdjson_error(error);
    }
}

bool has_escape(std::string_view raw) {
    return !raw.empty() && std::memchr(raw.data(), '\\', raw.size()) != nullptr;
}

}  // namespace

void EventParser::begin_event(std::string_view json) {
    check_depth(json);
    fit(parser_, json.size());
    event_size_ = json.size();
    used_ = 0;
    mended_.clear();
}

bool EventParser::unescape(std::string_view raw, std::string_view& text) {
    // The whole event fits, so that no text of it ever moves.
    if (used_ == 0) buffer_.resize(event_size_ + simdjson::SIMDJSON_PADDING);
    if (used_ + raw.size() + simdjson::SIMDJSON_PADDING > buffer_.size()) return false;
    std::uint8_t* end = buffer_.data() + used_;
    const ondemand::raw_json_string string(reinterpret_cast<const std::uint8_t*>(raw.data()));
    if (parser_.unescape(string, end).get(text) != simdjson::SUCCESS) return false;
    used_ = static_cast<std::size_t>(end - buffer_.data());
    return true;
}

std::string_view EventParser::text(std::string_view raw) {
    if (!has_escape(raw)) return raw;
    std::string_view text;
    if (unescape(raw, text)) return text;
    return mended_.emplace_back(unescape_lenient(raw));
}

std::string_view EventParser::text(std::string_view raw, const TextPart& part, bool last,
                                   SurrogateJoiner& joiner) {
    if (joiner.empty()) {
        if (!has_escape(raw)) return raw;
        std::string_view text;
        if (unescape(raw, text)) return text;
    }
    return mended_.emplace_back(joiner.join(part, raw, last));
}

std::string_view EventKey::name() const noexcept {
    const char* end = text_;
    // The parser has made sure that every string is closed.
    for (; *end != '"'; ++end) {
        if (*end == '\\') ++end;
    }
    return {text_, static_cast<std::size_t>(end - text_)};
}

std::string_view raw_string(ondemand::value& value) {
    std::string_view token = value.raw_json_token();
    if (token.front() != '"') {
        if (is_null(value)) return {};
        throw DecodeFailure{{}, "expected a string"};
    }
    // The token reaches to the next one, so white space may follow the closing quote.
    while (token.back() != '"')
        token.remove_suffix(1);
    if (token.size() < 2) throw DecodeFailure{{}, "expected a string"};
    return token.substr(1, token.size() - 2);
}

bool is_filled_array(ondemand::value& value) {
    if (is_null(value)) return false;
    ondemand::array array = value.get_array().value();
    return !array.is_empty().value();
}

std::int64_t read_choice_index(ondemand::value& value) {
    const std::int64_t index = read_integer(value);
    if (!is_index_sane(index)) {
        throw DecodeFailure{{}, std::to_string(index) + " is out of range", ErrorKind::limit};
    }
    return index;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
