// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "vllm_client/result.h"
#include "vllm_client/tokens.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// The canonical body of `POST /tokenize`, or a `config` error naming the bad field.
[[nodiscard]] Result<std::string> write_tokenize_request(const TokenizeRequest& request);
/// The canonical body of `POST /detokenize`, or a `config` error naming the bad field.
[[nodiscard]] Result<std::string> write_detokenize_request(const DetokenizeRequest& request);

/// Read padded bodies.
[[nodiscard]] Result<TokenizeReply> read_tokenize_reply(std::string_view padded_body);
[[nodiscard]] Result<DetokenizeReply> read_detokenize_reply(std::string_view padded_body);
[[nodiscard]] Result<TokenizerInfo> read_tokenizer_info(std::string_view padded_body);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
