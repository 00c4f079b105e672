// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "vllm_client/json_text.h"
#include "vllm_client/result.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::c_api {

/// A request's JSON object from outside.
struct RequestText {
    JsonText body{};      ///< For the member `extra` of a typed request.
    std::string model{};  ///< Its member `model`, empty if it has none.
};

/// Reads the JSON object in `text`, less the members in `dropped`. NULL and anything else than an
/// object are `config` errors.
[[nodiscard]] Result<RequestText> read_request_text(
    const char* text, std::initializer_list<std::string_view> dropped);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::c_api
