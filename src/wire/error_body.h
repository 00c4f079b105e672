// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "vllm_client/error.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// Most bytes of a server's message that are kept.
inline constexpr std::size_t max_server_message = 8192;

/// The server's words in the body of an error answer: the error objects of vLLM, OpenAI, Anthropic,
/// Cohere, SGLang, TGI and FastAPI, else plain text or HTML as the message. All empty if the body
/// is empty, or JSON that is no error.
[[nodiscard]] ServerError read_server_error(std::string_view body);

/// The `http` error for an answer of this status. How far it got and whether to try again follow
/// from the status alone.
[[nodiscard]] Error http_error(int status, std::string_view body);

/// The `http` error for a successful answer that carries an error object instead of what was asked
/// for, by the code in it; nothing if there is no such object.
[[nodiscard]] std::optional<Error> error_in_success(std::string_view body);

/// True if the server has no such route, as opposed to no such model or object.
[[nodiscard]] bool is_unknown_route(int status, std::string_view body);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
