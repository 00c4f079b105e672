// SPDX-License-Identifier: Apache-2.0
#include "wire/embedding_rows.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <span>
#include <string>

#include "wire/base64.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

static_assert(sizeof(float) == 4 && std::numeric_limits<float>::is_iec559);

// Servers write a component that is not a number as null.
float read_component(ondemand::value value) {
    double number = 0;
    if (value.get_double().get(number) != simdjson::SUCCESS) {
        return is_null(value) ? std::numeric_limits<float>::quiet_NaN()
                              : static_cast<float>(read_real(value));
    }
    constexpr double largest = std::numeric_limits<float>::max();
    return static_cast<float>(std::clamp(number, -largest, largest));
}

void from_little_endian(std::span<float> values) {
    if constexpr (std::endian::native == std::endian::big) {
        for (float& value : values) {
            value = std::bit_cast<float>(__builtin_bswap32(std::bit_cast<std::uint32_t>(value)));
        }
    }
}

DecodeFailure row_failure(std::size_t row, std::string problem) {
    return {"data[" + std::to_string(row) + "]", std::move(problem)};
}

}  // namespace

void EmbeddingRows::add(ondemand::value element) {
    const std::size_t begin = values_.size();
    auto index = static_cast<std::int64_t>(index_.size());
    for_each_field(element.get_object().value(), [&](std::string_view key, ondemand::value item) {
        if (key == "index") {
            index = read_integer(item);
        } else if (key == "embedding") {
            if (values_.size() != begin) throw DecodeFailure{{}, "stands there twice"};
            item.type().value() == ondemand::json_type::string ? add_base64(item)
                                                               : add_numbers(item);
        }
    });
    index_.push_back(index);
    end_row(begin);
}

void EmbeddingRows::add_numbers(ondemand::value list) {
    for_each_element(list, [this](ondemand::value v) { values_.push_back(read_component(v)); });
}

void EmbeddingRows::add_base64(ondemand::value value) {
    std::string_view text = trim_json(value.raw_json_token());
    text = text.substr(1, text.size() - 2);
    std::string unescaped;
    if (text.find('\\') != std::string_view::npos) {  // some writers escape every '/'
        unescaped = unescape_lenient(text);
        text = unescaped;
    }
    const auto bytes = base64_decoded_size(text);
    if (!bytes) throw DecodeFailure{{}, "not base64"};
    if (*bytes % sizeof(float) != 0) {
        throw DecodeFailure{{}, "holds " + std::to_string(*bytes) + " bytes, not whole float32s"};
    }
    const std::size_t begin = values_.size();
    values_.resize(begin + *bytes / sizeof(float));
    const std::span<float> added = std::span(values_).subspan(begin);
    if (!decode_base64_into(std::as_writable_bytes(added), text)) {
        throw DecodeFailure{{}, "not base64"};
    }
    from_little_endian(added);
}

void EmbeddingRows::end_row(std::size_t begin) {
    const std::size_t size = values_.size() - begin;
    if (size == 0) throw DecodeFailure{"embedding", "missing or empty"};
    if (dim_ == 0) {
        dim_ = size;
        // A component takes at least two bytes of JSON, whatever the request led us to expect.
        values_.reserve(std::min(expected_, body_size_ / 2 / dim_ + 1) * dim_);
    } else if (size != dim_) {
        throw DecodeFailure{"embedding", "has " + std::to_string(size) +
                                             " components, others have " + std::to_string(dim_)};
    }
}

std::vector<float> EmbeddingRows::take() && {
    const std::size_t rows = index_.size();
    if (rows == 0) throw DecodeFailure{"data", "missing or empty"};
    std::vector<std::size_t> came_as(std::max(rows, expected_), rows);  // by index; `rows`: never
    bool in_order = true;
    for (std::size_t i = 0; i < rows; ++i) {
        const auto index = static_cast<std::size_t>(index_[i]);
        if (index_[i] < 0 || index >= came_as.size() || (expected_ != 0 && index >= expected_)) {
            throw row_failure(i, "its index " + std::to_string(index_[i]) + " was not asked for");
        }
        if (came_as[index] != rows) {
            throw row_failure(i, "its index " + std::to_string(index_[i]) + " came twice");
        }
        came_as[index] = i;
        in_order = in_order && index == i;
    }
    const auto missing = std::find(came_as.begin(), came_as.end(), rows);
    if (missing != came_as.end()) {
        throw row_failure(static_cast<std::size_t>(missing - came_as.begin()), "missing");
    }
    if (in_order) return std::move(values_);
    std::vector<float> sorted;
    sorted.reserve(values_.size());
    for (const std::size_t row : came_as) {
        const auto from = values_.begin() + static_cast<std::ptrdiff_t>(row * dim_);
        sorted.insert(sorted.end(), from, from + static_cast<std::ptrdiff_t>(dim_));
    }
    return sorted;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
