// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "testing/sim_fields.h"
#include "vllm_client/version.h"

/// How pooling routes put vectors into replies.
namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// A vector, or a matrix of `rows` rows.
struct Tensor {
    std::vector<float> values{};
    std::size_t rows{0};  ///< 0: a plain vector.
};

/// `encoding_format`
enum class Encoding : std::uint8_t { numbers, base64, bytes, bytes_only };

/// How tensors shall be written.
struct TensorForm {
    Encoding encoding{Encoding::numbers};
    std::string dtype{"float32"};  ///< `embed_dtype`
    std::string endianness{"native"};
};

/// The members `encoding_format`, `embed_dtype` and `endianness`.
[[nodiscard]] TensorForm read_tensor_form(FieldReader& fields);

/// The elements in a dtype of vLLM, rounded to the nearest, one after the other.
[[nodiscard]] std::string packed(std::span<const float> values, const TensorForm& form);

/// JSON: lists of numbers, or a string of base64.
void append_tensor(std::string& out, const Tensor& tensor, const TensorForm& form);

/// What a reply of plain bytes says about itself in its header `metadata`.
struct TensorReply {
    std::string id{};
    std::string model{};
    std::int64_t created{0};
    std::size_t tokens{0};
    TensorForm form{};
    std::vector<Tensor> tensors{};
};

/// The header line `metadata`, which tells where each tensor lies.
[[nodiscard]] std::string metadata_header(const TensorReply& reply);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
