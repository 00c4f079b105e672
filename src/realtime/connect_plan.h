// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "vllm_client/realtime.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::realtime {

/// RealtimeOptions, checked and taken apart.
struct ConnectPlan {
    std::string endpoint{};  ///< For errors; no credentials.
    std::string host{};      ///< Name or address, without brackets.
    std::string port{};
    std::string unix_socket{};  ///< Path, or empty.
    bool tls{false};
    std::string host_header{};
    std::string path{};             ///< "/v1/realtime" behind the URL's prefix.
    std::vector<Header> headers{};  ///< Authorization and User-Agent among them.
    std::string first_message{};    ///< `session.update`.
};

/// `config` errors name the option; they hold no values.
[[nodiscard]] Result<ConnectPlan> plan_connect(const RealtimeOptions& options);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::realtime
