// SPDX-License-Identifier: Apache-2.0
#include "wire/embedding_rows.h"

#include <algorithm>
#include <string>

#include "wire/row_index.h"
#include "wire/tensor_json.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

void EmbeddingRows::add(ondemand::value element) {
    const std::size_t begin = values_.size();
    auto index = static_cast<std::int64_t>(index_.size());
    for_each_field(element.get_object().value(), [&](std::string_view key, ondemand::value item) {
        if (key == "index") {
            index = read_integer(item);
        } else if (key == "embedding") {
            if (values_.size() != begin) throw DecodeFailure{{}, "stands there twice"};
            if (item.type().value() == ondemand::json_type::string) {
                append_base64(values_, item, form_.dtype, form_.endianness);
            } else {
                append_components(values_, item);
            }
        }
    });
    index_.push_back(index);
    end_row(begin);
}

void EmbeddingRows::end_row(std::size_t begin) {
    const std::size_t size = values_.size() - begin;
    if (size == 0) throw DecodeFailure{"embedding", "missing or empty"};
    if (dim_ == 0) {
        dim_ = size;
        // A component takes at least two bytes of JSON, whatever the request led us to expect.
        values_.reserve(std::min(form_.expected, body_size_ / 2 / dim_ + 1) * dim_);
    } else if (size != dim_) {
        throw DecodeFailure{"embedding", "has " + std::to_string(size) +
                                             " components, others have " + std::to_string(dim_)};
    }
}

std::vector<float> EmbeddingRows::take() && {
    if (index_.empty()) throw DecodeFailure{"data", "missing or empty"};
    const std::vector<std::size_t> came_as = order_by_index(index_, form_.expected, "data");
    const bool in_order = std::is_sorted(came_as.begin(), came_as.end());
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
