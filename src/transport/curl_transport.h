// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "transport/settings.h"
#include "vllm_client/result.h"
#include "vllm_client/transport.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::transport {

class Reactor;

/// The transport over real sockets: endpoints spread over reactor threads. See Transport.
class CurlTransport final : public Transport {
 public:
    /// Starts the threads; `resource` or `config` error if that cannot be done.
    [[nodiscard]] static Result<std::shared_ptr<CurlTransport>> make(Settings settings);
    ~CurlTransport() override;

    [[nodiscard]] std::shared_ptr<HttpExchange> start(
        HttpRequest request, std::shared_ptr<HttpObserver> observer) override;
    [[nodiscard]] std::vector<PoolStats> pool_stats() const override;
    [[nodiscard]] bool endpoint_healthy(std::size_t endpoint) const override;
    void close() override;

 private:
    explicit CurlTransport(std::shared_ptr<const Settings> settings);
    [[nodiscard]] Result<void> run();
    void open_connections();

    const std::shared_ptr<const Settings> settings_;
    std::vector<std::shared_ptr<Reactor>> reactors_;
    std::vector<std::size_t> home_;  // endpoint → reactor
    unsigned fork_generation_{0};    // of the process that made the threads
    std::atomic<bool> closed_{false};
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::transport
