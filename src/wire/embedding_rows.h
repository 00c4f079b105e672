// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "wire/json_reader.h"
#include "wire/tensor_form.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// Gathers the elements of an embedding reply's `data` in one block of floats. For use inside
/// read_json(): everything here throws DecodeFailure.
class EmbeddingRows {
 public:
    /// Must become `form.expected` rows (0: any number). `body_size` bounds what is allocated
    /// ahead.
    EmbeddingRows(const TensorForm& form, std::size_t body_size)
        : form_(form), body_size_(body_size) {}

    /// Adds one element: `{"index":…,"embedding":[…]}` or base64 of numbers of the form's type.
    void add(ondemand::value element);

    /// Components of a row; 0 before the first.
    [[nodiscard]] std::size_t dim() const noexcept { return dim_; }
    /// The rows in the order of their indexes, each exactly once.
    [[nodiscard]] std::vector<float> take() &&;

 private:
    void end_row(std::size_t begin);

    TensorForm form_;
    std::size_t body_size_;
    std::size_t dim_{0};
    std::vector<float> values_;        // rows as they came
    std::vector<std::int64_t> index_;  // of each of them
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
