// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "vllm_client/options.h"
#include "vllm_client/transport.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::request {

/// One call of a user, written out and ready to be sent: what every family becomes.
struct Request {
    std::string_view operation{};  ///< e.g. "chat"; a literal.
    HttpMethod method{HttpMethod::post};
    std::string path{};
    std::shared_ptr<const std::string> body{};  ///< Null: none.
    std::string content_type{};                 ///< Empty: JSON.
    std::string model{};
    std::string request_id{};  ///< From the typed request; the call's options win.
    bool stream{false};
    CallOptions options{};
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::request
