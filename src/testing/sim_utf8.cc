// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_utf8.h"

#include <cstdint>

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

struct Lead {
    std::size_t length;  // 0: not a first byte
    std::uint8_t second_min;
    std::uint8_t second_max;
};

Lead lead_of(std::uint8_t byte) noexcept {
    if (byte < 0x80) return {1, 0, 0};
    if (byte >= 0xC2 && byte <= 0xDF) return {2, 0x80, 0xBF};
    if (byte == 0xE0) return {3, 0xA0, 0xBF};
    if (byte == 0xED) return {3, 0x80, 0x9F};
    if (byte >= 0xE1 && byte <= 0xEF) return {3, 0x80, 0xBF};
    if (byte == 0xF0) return {4, 0x90, 0xBF};
    if (byte >= 0xF1 && byte <= 0xF3) return {4, 0x80, 0xBF};
    if (byte == 0xF4) return {4, 0x80, 0x8F};
    return {0, 0, 0};
}

}  // namespace

Utf8Step utf8_step(std::string_view text) noexcept {
    const auto first = static_cast<std::uint8_t>(text[0]);
    const Lead lead = lead_of(first);
    if (lead.length == 0) return {};
    if (lead.length == 1) return {1, first, true, false};
    char32_t character = first & (0x7FU >> lead.length);
    for (std::size_t i = 1; i < lead.length; ++i) {
        if (i == text.size()) return {i, 0xFFFD, false, true};
        const auto byte = static_cast<std::uint8_t>(text[i]);
        const std::uint8_t low = i == 1 ? lead.second_min : 0x80;
        const std::uint8_t high = i == 1 ? lead.second_max : 0xBF;
        if (byte < low || byte > high) return {i, 0xFFFD, false, false};
        character = (character << 6U) | (byte & 0x3FU);
    }
    return {lead.length, character, true, false};
}

bool is_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        const Utf8Step step = utf8_step(text);
        if (!step.valid) return false;
        text.remove_prefix(step.bytes);
    }
    return true;
}

std::size_t count_characters(std::string_view text) noexcept {
    std::size_t count = 0;
    for (const char c : text)
        count += (static_cast<std::uint8_t>(c) & 0xC0U) != 0x80U ? 1U : 0U;
    return count;
}

std::string_view utf8_prefix(std::string_view text, std::size_t bytes) noexcept {
    if (bytes >= text.size()) return text;
    while (bytes > 0 && (static_cast<std::uint8_t>(text[bytes]) & 0xC0U) == 0x80U)
        --bytes;
    return text.substr(0, bytes);
}

void append_utf8(std::string& out, char32_t character) {
    const auto tail = [&](unsigned shift) {
        out += static_cast<char>(0x80U | ((character >> shift) & 0x3FU));
    };
    if (character < 0x80) {
        out += static_cast<char>(character);
    } else if (character < 0x800) {
        out += static_cast<char>(0xC0U | (character >> 6U));
        tail(0);
    } else if (character < 0x10000) {
        out += static_cast<char>(0xE0U | (character >> 12U));
        tail(6);
        tail(0);
    } else {
        out += static_cast<char>(0xF0U | (character >> 18U));
        tail(12);
        tail(6);
        tail(0);
    }
}

void Utf8Carry::append(std::string_view bytes, std::string& out) {
    waiting_ += bytes;
    std::string_view rest = waiting_;
    while (!rest.empty()) {
        const Utf8Step step = utf8_step(rest);
        if (step.cut) break;
        if (step.valid) {
            out += rest.substr(0, step.bytes);
        } else {
            append_utf8(out, 0xFFFD);
        }
        rest.remove_prefix(step.bytes);
    }
    waiting_.erase(0, waiting_.size() - rest.size());
}

void Utf8Carry::finish(std::string& out) {
    if (!waiting_.empty()) append_utf8(out, 0xFFFD);
    waiting_.clear();
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
