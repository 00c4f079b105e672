// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "pipeline/request_record.h"
#include "vllm_client/reply_parts.h"
#include "vllm_client/result.h"
#include "vllm_client/transport.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::pipeline {

/// The HTTP side of a reply, moved out of an exchange.
[[nodiscard]] RawReply take_raw(HttpReply&& reply, const RequestRecord& record);
/// Makes room behind the body for what the JSON parser may read past its end.
void pad_body(HttpReply& reply);
/// When things happened in a plain exchange.
[[nodiscard]] Timing timing_of(const HttpReply& reply, const RequestRecord& record);
/// The error of an answer whose status is none of 2xx: the server's words, hint and request id.
[[nodiscard]] Error status_error(const HttpReply& reply, const RequestRecord& record);
/// Fills what an error found above the transport does not know yet.
[[nodiscard]] Error with_context(Error error, const HttpReply& reply, const RequestRecord& record);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::pipeline
