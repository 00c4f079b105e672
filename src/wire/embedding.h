// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "vllm_client/embedding.h"
#include "vllm_client/result.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// The canonical body of `POST /v1/embeddings`, or a `config` error naming the bad field.
[[nodiscard]] Result<std::string> write_embedding_request(const EmbeddingRequest& request);

/// Number of vectors the request asks for; 0 if `extra` decides it.
[[nodiscard]] std::size_t expected_vectors(const EmbeddingRequest& request);

/// Reads the padded body of a reply that must hold `expected` vectors (0: any number). Vectors go
/// straight into one block, placed by their `index`. A missing, repeated, unreadable or differently
/// sized vector is a `decode` error naming it.
[[nodiscard]] Result<EmbeddingReply> read_embedding_reply(std::string_view padded_body,
                                                          std::size_t expected);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
