// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "vllm_client/classify.h"
#include "vllm_client/result.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// The canonical body of `POST /classify`, or a `config` error naming the bad field.
[[nodiscard]] Result<std::string> write_classify_request(const ClassifyRequest& request);

/// Inputs it holds; 0 if `extra` decides it.
[[nodiscard]] std::size_t expected_classifications(const ClassifyRequest& request);

/// Reads the padded body of a reply that must classify `expected` inputs (0: any number). A
/// missing or repeated one, or one without probabilities, is a `decode` error naming it.
[[nodiscard]] Result<ClassifyReply> read_classify_reply(std::string_view padded_body,
                                                        std::size_t expected);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
