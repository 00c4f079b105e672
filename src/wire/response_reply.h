// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "vllm_client/response.h"
#include "vllm_client/result.h"
#include "wire/json_reader.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// Reads the padded body of a plain answer: a response object. Tolerant: unknown fields go to
/// `extra`, null and missing fields to their defaults. An object with neither `output` nor `status`
/// is a `decode` error.
[[nodiscard]] Result<ResponseReply> read_response_reply(std::string_view padded_body);

/// The same for a response object inside another one; for use inside read_json().
[[nodiscard]] ResponseReply read_response(ondemand::object object);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
