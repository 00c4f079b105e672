// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "vllm_client/embedding.h"
#include "vllm_client/result.h"
#include "vllm_client/transport.h"
#include "wire/tensor_form.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// The canonical body of `POST /v1/embeddings`, or a `config` error naming the bad field.
[[nodiscard]] Result<std::string> write_embedding_request(const EmbeddingRequest& request);

/// How the reply to it is to be read.
[[nodiscard]] TensorForm embedding_form(const EmbeddingRequest& request);

/// Reads the padded body of a JSON reply that must hold `form.expected` vectors (0: any number).
/// Vectors go straight into one block, placed by their `index`. A missing, repeated, unreadable or
/// differently sized vector is a `decode` error naming it.
[[nodiscard]] Result<EmbeddingReply> read_embedding_reply(std::string_view padded_body,
                                                          const TensorForm& form);
/// The same for a reply of any form; its body must be padded.
[[nodiscard]] Result<EmbeddingReply> read_embedding_reply(const HttpReply& reply,
                                                          const TensorForm& form);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
