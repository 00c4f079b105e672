// SPDX-License-Identifier: Apache-2.0
#include "wire/prompt_writer.h"

#include <variant>

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

void write_value(JsonWriter& writer, const std::string& text) {
    writer.value(text);
}

void write_value(JsonWriter& writer, std::int64_t token) {
    writer.value(token);
}

template <class T>
void write_value(JsonWriter& writer, const std::vector<T>& items) {
    writer.begin_array();
    for (const T& item : items)
        write_value(writer, item);
    writer.end_array();
}

std::size_t count(const std::string&) {
    return 1;
}

std::size_t count(const TokenIds&) {
    return 1;
}

template <class T>
std::size_t count(const std::vector<T>& texts) {
    return texts.size();
}

}  // namespace

bool is_empty(const Prompt& prompt) {
    return std::visit([](const auto& value) { return value.empty(); }, prompt);
}

std::size_t count_prompts(const Prompt& prompt) {
    if (is_empty(prompt)) return 0;
    return std::visit([](const auto& value) { return count(value); }, prompt);
}

void write_prompt(JsonWriter& writer, std::string_view name, const Prompt& prompt) {
    if (!writer.key(name)) return;
    std::visit([&writer](const auto& value) { write_value(writer, value); }, prompt);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
