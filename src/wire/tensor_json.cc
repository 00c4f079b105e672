// SPDX-License-Identifier: Apache-2.0
#include "wire/tensor_json.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <span>
#include <string>

#include "wire/base64.h"
#include "wire/tensor_values.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

// Numbers narrower than float32 take a detour through the stack, a piece at a time.
bool decode_narrow(std::span<float> to, std::string_view text, EmbedDtype dtype,
                   Endianness endianness) {
    constexpr std::size_t piece_text = 4096;
    std::array<std::byte, piece_text / 4 * 3> piece;
    while (!to.empty()) {
        const std::size_t values = std::min(to.size(), piece.size() / width_of(dtype));
        const auto bytes = std::span(piece).first(values * width_of(dtype));
        if (!decode_base64_into(bytes, text.substr(0, piece_text))) return false;
        decode_values(to.first(values), bytes, dtype, endianness);
        to = to.subspan(values);
        text.remove_prefix(std::min(text.size(), piece_text));
    }
    return true;
}

}  // namespace

float read_component(ondemand::value value) {
    double number = 0;
    if (value.get_double().get(number) != simdjson::SUCCESS) {
        return is_null(value) ? std::numeric_limits<float>::quiet_NaN()
                              : static_cast<float>(read_real(value));
    }
    constexpr double largest = std::numeric_limits<float>::max();
    return static_cast<float>(std::clamp(number, -largest, largest));
}

double read_score(ondemand::value value) {
    return is_null(value) ? std::numeric_limits<double>::quiet_NaN() : read_real(value);
}

void append_components(std::vector<float>& to, ondemand::value list) {
    for_each_element(list, [&to](ondemand::value v) { to.push_back(read_component(v)); });
}

void append_base64(std::vector<float>& to, ondemand::value value, EmbedDtype dtype,
                   Endianness endianness) {
    std::string_view text = trim_json(value.raw_json_token());
    text = text.substr(1, text.size() - 2);
    std::string unescaped;
    if (text.find('\\') != std::string_view::npos) {  // some writers escape every '/'
        unescaped = unescape_lenient(text);
        text = unescaped;
    }
    const auto bytes = base64_decoded_size(text);
    if (!bytes) throw DecodeFailure{{}, "not base64"};
    if (*bytes % width_of(dtype) != 0) {
        throw DecodeFailure{{},
                            "holds " + std::to_string(*bytes) + " bytes, not whole " +
                                std::string(word_of(dtype)) + "s"};
    }
    const std::size_t begin = to.size();
    to.resize(begin + *bytes / width_of(dtype));
    const std::span<float> added = std::span(to).subspan(begin);
    const bool done = dtype == EmbedDtype::float32
                          ? decode_base64_into(std::as_writable_bytes(added), text)
                          : decode_narrow(added, text, dtype, endianness);
    if (!done) throw DecodeFailure{{}, "not base64"};
    if (dtype == EmbedDtype::float32) to_native_order(added, endianness);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
