// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "vllm_client/error.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::transport {

/// The `config` error "field problem", e.g. "endpoints[0].url is empty".
[[nodiscard]] inline Error config_error(std::string_view field, std::string_view problem) {
    std::string message(field);
    message += ' ';
    message += problem;
    return Error{
        .kind = ErrorKind::config, .message = std::move(message), .phase = Phase::validate};
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::transport
