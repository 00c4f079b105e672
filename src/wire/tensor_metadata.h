// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vllm_client/reply_parts.h"
#include "vllm_client/result.h"
#include "vllm_client/tensor_encoding.h"
#include "vllm_client/transport.h"
#include "wire/tensor_form.h"

// Replies whose body holds numbers and nothing else.
namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// Where the numbers of one input stand in the body.
struct TensorPlace {
    std::size_t begin{0};  // bytes
    std::size_t end{0};
    EmbedDtype dtype{EmbedDtype::float32};
    Endianness endianness{Endianness::native};
    std::vector<std::size_t> shape{};

    /// Numbers there are.
    [[nodiscard]] std::size_t count() const noexcept;
    /// Decodes them into `to`, count() long, out of the whole body.
    void decode(std::span<float> to, std::string_view body) const noexcept;
};

/// What stands in the response header `metadata`.
struct TensorMetadata {
    std::string id{};
    std::string model{};
    std::int64_t created{0};
    Usage usage{};
    JsonText extra{};
    std::vector<TensorPlace> data{};  ///< By index.
};

/// Reads the header's value. The places must be those of `expected` inputs (0: any number), fit
/// their shapes, and cover the body's `body_size` bytes, each once; anything else is a `decode`
/// error. `what` names the reply in it.
[[nodiscard]] Result<TensorMetadata> read_tensor_metadata(std::string_view json,
                                                          std::size_t body_size,
                                                          std::size_t expected,
                                                          std::string_view what);

/// The metadata of a reply to a request for `form`. Without the header, as with `bytes_only`, one
/// place for the whole body, in rows of `form.row_length`, or one for each input expected.
[[nodiscard]] Result<TensorMetadata> read_tensor_places(const HttpReply& reply,
                                                        const TensorForm& form,
                                                        std::string_view what);

/// True if the body is numbers: they were asked for, and the reply does not say that it is JSON.
[[nodiscard]] bool has_bare_numbers(const HttpReply& reply, const TensorForm& form) noexcept;

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
