// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "runtime/clock.h"
#include "runtime/task_runner.h"
#include "transport/endpoint_address.h"
#include "vllm_client/event.h"
#include "vllm_client/options.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::transport {

/// What the transport needs to know of a client, checked. Read-only once made, shared by reactors.
struct Settings {
    std::vector<EndpointAddress> endpoints{};
    PoolOptions pool{};
    TlsOptions tls{};
    ProxyOptions proxy{};
    HttpVersion http_version{HttpVersion::automatic};
    LimitOptions limits{};
    IoOptions io{};
    HealthOptions health{};
    std::string user_agent{};
    EventHook on_event{};
    std::function<void(LogLevel, std::string_view)> log{};
    std::shared_ptr<runtime::Clock> clock{};
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::transport
