// SPDX-License-Identifier: Apache-2.0
#include "wire/json_grammar.h"

#include <simdjson.h>

#include <bitset>

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

constexpr std::string_view white_space = " \t\r\n";

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_hex(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Walks the text without recursion; the open containers are a stack of bits.
class Walk {
 public:
    explicit Walk(std::string_view json) : at_(json.data()), end_(json.data() + json.size()) {}

    JsonFault run() {
        for (;;) {
            skip_space();
            if (const JsonFault fault = begin_value(); fault != JsonFault::none) return fault;
            if (container_begun_) continue;
            for (;;) {  // a value has ended
                skip_space();
                if (depth_ == 0) return at_ == end_ ? JsonFault::none : JsonFault::syntax;
                if (take(',')) {
                    if (in_object() && !member_name()) return JsonFault::syntax;
                    break;
                }
                if (!take(in_object() ? '}' : ']')) return JsonFault::syntax;
                --depth_;
            }
        }
    }

 private:
    bool in_object() const { return objects_[depth_ - 1]; }

    bool take(char c) {
        if (at_ == end_ || *at_ != c) return false;
        ++at_;
        return true;
    }

    void skip_space() {
        while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t'))
            ++at_;
    }

    // Reads a whole scalar or empty container, or enters a container as far as its first value.
    JsonFault begin_value() {
        container_begun_ = false;
        if (at_ == end_) return JsonFault::syntax;
        bool good = false;
        switch (*at_) {
            case '{':
                return begin_container(true);
            case '[':
                return begin_container(false);
            case '"':
                good = string();
                break;
            case 't':
                good = word("true");
                break;
            case 'f':
                good = word("false");
                break;
            case 'n':
                good = word("null");
                break;
            default:
                good = number();
                break;
        }
        return good ? JsonFault::none : JsonFault::syntax;
    }

    JsonFault begin_container(bool object) {
        if (depth_ == max_json_depth) return JsonFault::depth;
        ++at_;
        skip_space();
        if (take(object ? '}' : ']')) return JsonFault::none;
        objects_[depth_++] = object;
        container_begun_ = true;
        return !object || member_name() ? JsonFault::none : JsonFault::syntax;
    }

    bool member_name() {
        skip_space();
        if (!string()) return false;
        skip_space();
        return take(':');
    }

    bool word(std::string_view text) {
        const auto left = static_cast<std::size_t>(end_ - at_);
        if (std::string_view(at_, left).substr(0, text.size()) != text) return false;
        at_ += text.size();
        return true;
    }

    bool digits() {
        const char* const first = at_;
        while (at_ != end_ && is_digit(*at_))
            ++at_;
        return at_ != first;
    }

    bool number() {
        take('-');
        if (!take('0') && !digits()) return false;
        if (take('.') && !digits()) return false;
        if (take('e') || take('E')) {
            if (!take('+')) take('-');
            return digits();
        }
        return true;
    }

    bool string() {
        if (!take('"')) return false;
        while (at_ != end_) {
            const auto c = static_cast<unsigned char>(*at_++);
            if (c == '"') return true;
            if (c < 0x20 || (c == '\\' && !escape())) return false;
        }
        return false;
    }

    bool escape() {
        if (at_ == end_) return false;
        const char c = *at_++;
        if (c != 'u') return std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos;
        for (int i = 0; i < 4; ++i, ++at_) {
            if (at_ == end_ || !is_hex(*at_)) return false;
        }
        return true;
    }

    const char* at_;
    const char* const end_;
    std::size_t depth_{0};
    std::bitset<max_json_depth> objects_;  // which open containers are objects
    bool container_begun_{false};
};

}  // namespace

JsonFault check_json(std::string_view json) noexcept {
    if (!simdjson::validate_utf8(json.data(), json.size())) return JsonFault::utf8;
    return Walk(json).run();
}

JsonText::Kind json_kind(std::string_view checked) noexcept {
    const auto first = checked.find_first_not_of(white_space);
    if (first == std::string_view::npos) return JsonText::Kind::invalid;
    switch (checked[first]) {
        case '{':
            return JsonText::Kind::object;
        case '[':
            return JsonText::Kind::array;
        case '"':
            return JsonText::Kind::string;
        case 't':
        case 'f':
            return JsonText::Kind::boolean;
        case 'n':
            return JsonText::Kind::null;
        default:
            return JsonText::Kind::number;
    }
}

std::string_view trim_json(std::string_view text) noexcept {
    const auto first = text.find_first_not_of(white_space);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
