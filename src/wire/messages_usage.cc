// SPDX-License-Identifier: Apache-2.0
#include "wire/messages_usage.h"

#include <charconv>
#include <utility>

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

// Leaves the value unread.
std::int64_t whole_number(ondemand::value& value) {
    const std::string_view token = value.raw_json_token();
    std::int64_t number = 0;
    std::from_chars(token.data(), token.data() + token.size(), number);
    return number;
}

}  // namespace

void MessagesUsage::read(ondemand::value value) {
    if (is_null(value)) return;
    ExtraFields extra;
    for_each_field(value.get_object().value(), [&](std::string_view key, ondemand::value item) {
        if (is_null(item)) return;
        if (key == "input_tokens") {
            input_ = read_integer(item);
        } else if (key == "output_tokens") {
            output_ = read_integer(item);
        } else if (key == "cache_read_input_tokens") {
            cache_read_ = read_integer(item);
        } else {
            if (key == "cache_creation_input_tokens") cache_creation_ = whole_number(item);
            extra.add(key, item);
        }
    });
    if (JsonText fields = extra.take(); !fields.empty()) extra_ = std::move(fields);
}

Usage MessagesUsage::total() const {
    Usage usage;
    usage.prompt_tokens = input_ + cache_creation_.value_or(0) + cache_read_.value_or(0);
    usage.completion_tokens = output_;
    usage.total_tokens = usage.prompt_tokens + output_;
    usage.cached_tokens = cache_read_;
    usage.extra = extra_;
    return usage;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
