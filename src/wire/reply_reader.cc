// SPDX-License-Identifier: Apache-2.0
#include "wire/reply_reader.h"

#include <array>
#include <limits>
#include <utility>

namespace vllm_client::inline VLLM_CLIENT_ABI {

std::string_view to_string(FinishReason reason) noexcept {
    switch (reason) {
        case FinishReason::stop:
            return "stop";
        case FinishReason::length:
            return "length";
        case FinishReason::tool_calls:
            return "tool_calls";
        case FinishReason::content_filter:
            return "content_filter";
        case FinishReason::abort:
            return "abort";
        case FinishReason::repetition:
            return "repetition";
        case FinishReason::other:
            break;
    }
    return "other";
}

namespace wire {
namespace {

std::vector<std::uint8_t> read_bytes(ondemand::value value) {
    std::vector<std::uint8_t> bytes;
    for_each_element(value, [&](ondemand::value item) {
        bytes.push_back(static_cast<std::uint8_t>(read_integer(item)));
    });
    return bytes;
}

std::optional<std::int64_t> read_detail(ondemand::value details, std::string_view name) {
    std::optional<std::int64_t> found;
    if (is_null(details)) return found;
    for_each_field(details.get_object().value(), [&](std::string_view key, ondemand::value value) {
        if (key == name && !is_null(value)) found = read_integer(value);
    });
    return found;
}

TopLogprob read_top_logprob(ondemand::value value) {
    TopLogprob top;
    for_each_field(value.get_object().value(), [&](std::string_view key, ondemand::value item) {
        if (key == "token") {
            top.token = read_text(item);
        } else if (key == "logprob") {
            top.logprob = read_logprob(item);
        } else if (key == "bytes") {
            top.bytes = read_bytes(item);
        }
    });
    return top;
}

TokenLogprob read_token_logprob(ondemand::value value) {
    TokenLogprob token;
    for_each_field(value.get_object().value(), [&](std::string_view key, ondemand::value item) {
        if (key == "token") {
            token.token = read_text(item);
        } else if (key == "logprob") {
            token.logprob = read_logprob(item);
        } else if (key == "bytes") {
            token.bytes = read_bytes(item);
        } else if (key == "top_logprobs") {
            for_each_element(item, [&](ondemand::value top) {
                token.top_logprobs.push_back(read_top_logprob(top));
            });
        }
    });
    return token;
}

}  // namespace

FinishReason finish_reason_from(std::string_view word) noexcept {
    static constexpr std::array known{FinishReason::stop,       FinishReason::length,
                                      FinishReason::tool_calls, FinishReason::content_filter,
                                      FinishReason::abort,      FinishReason::repetition};
    for (const FinishReason reason : known) {
        if (to_string(reason) == word) return reason;
    }
    return word == "function_call" ? FinishReason::tool_calls : FinishReason::other;
}

std::optional<FinishReason> read_finish_reason(ondemand::value value) {
    if (is_null(value)) return std::nullopt;
    return finish_reason_from(read_text(value));
}

StopReason read_stop_reason(ondemand::value value) {
    switch (value.type().value()) {
        case ondemand::json_type::string:
            return read_text(value);
        case ondemand::json_type::number:
            return read_integer(value);
        default:
            return {};
    }
}

double read_logprob(ondemand::value value) {
    constexpr double minus_infinity = -std::numeric_limits<double>::infinity();
    if (is_null(value)) return minus_infinity;
    // Not JSON, but what Python writes.
    if (trim_json(value.raw_json_token()) == "-Infinity") return minus_infinity;
    return read_real(value);
}

Usage read_usage(ondemand::value value) {
    Usage usage;
    ExtraFields extra;
    for_each_field(value.get_object().value(), [&](std::string_view key, ondemand::value item) {
        if (key == "prompt_tokens") {
            usage.prompt_tokens = read_integer(item);
        } else if (key == "completion_tokens") {
            usage.completion_tokens = read_integer(item);
        } else if (key == "total_tokens") {
            usage.total_tokens = read_integer(item);
        } else if (key == "prompt_tokens_details") {
            usage.cached_tokens = read_detail(item, "cached_tokens");
        } else if (key == "completion_tokens_details") {
            usage.reasoning_tokens = read_detail(item, "reasoning_tokens");
        } else {
            extra.add(key, item);
        }
    });
    usage.extra = extra.take();
    return usage;
}

std::vector<TokenLogprob> read_token_logprob_list(ondemand::value value) {
    std::vector<TokenLogprob> tokens;
    for_each_element(value,
                     [&](ondemand::value token) { tokens.push_back(read_token_logprob(token)); });
    return tokens;
}

std::vector<TokenLogprob> read_token_logprobs(ondemand::value value) {
    std::vector<TokenLogprob> tokens;
    if (is_null(value)) return tokens;
    for_each_field(value.get_object().value(), [&](std::string_view key, ondemand::value item) {
        if (key == "content") tokens = read_token_logprob_list(item);
    });
    return tokens;
}

bool is_index_sane(std::int64_t index) noexcept {
    return index >= 0 && index <= max_choice_index;
}

}  // namespace wire
}  // namespace vllm_client::inline VLLM_CLIENT_ABI
