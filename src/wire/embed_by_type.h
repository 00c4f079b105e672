// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "vllm_client/embed_by_type.h"
#include "vllm_client/result.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// The canonical body of `POST /v2/embed`, or a `config` error naming the bad field.
[[nodiscard]] Result<std::string> write_embed_by_type_request(const EmbedByTypeRequest& request);

/// Inputs it holds; 0 if `extra` decides it.
[[nodiscard]] std::size_t count_inputs(const EmbedByTypeRequest& request);

/// Reads the padded body of a reply that must hold `expected` vectors (0: any number) of each type
/// in it. Vectors of different lengths, a wrong number of them, or a number out of its type's range
/// are a `decode` error.
[[nodiscard]] Result<EmbedByTypeReply> read_embed_by_type_reply(std::string_view padded_body,
                                                                std::size_t expected);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
