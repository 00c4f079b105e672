// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "options.h"
#include "vllm_client/result.h"
#include "vllm_client/testing/sim_server.h"
#include "vllm_client/vllm_client.h"

namespace vllm_client::cli {

/// A client as the flags ask for it and, with --sim, the server it talks to.
struct Connection {
    std::optional<testing::SimServer> sim{};
    VllmClient client;
};

/// A simulated server with all of its routes, as if all of vLLM's switches were on.
[[nodiscard]] testing::SimOptions with_every_route(testing::SimOptions options);

[[nodiscard]] Result<Connection> connect(const CommonOptions& options);

}  // namespace vllm_client::cli
