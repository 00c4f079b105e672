// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "vllm_client/pooling.h"
#include "vllm_client/result.h"
#include "vllm_client/transport.h"
#include "wire/tensor_form.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// The canonical body of `POST /pooling`, or a `config` error naming the bad field.
[[nodiscard]] Result<std::string> write_pooling_request(const PoolingRequest& request);

/// How the reply to it is to be read.
[[nodiscard]] TensorForm pooling_form(const PoolingRequest& request);

/// Reads a reply, its body padded, that must hold `form.expected` items (0: any number). An item
/// that is missing, repeated, ragged or does not fit its shape is a `decode` error naming it.
[[nodiscard]] Result<PoolingReply> read_pooling_reply(const HttpReply& reply,
                                                      const TensorForm& form);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
