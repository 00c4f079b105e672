// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "testing/sim_asio_socket.h"
#include "vllm_client/result.h"
#include "vllm_client/testing/sim_options.h"
#include "vllm_client/version.h"

namespace boost::asio {
class io_context;
}

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// Accepts connections on a TCP or Unix-domain address.
class Listener {
 public:
    virtual ~Listener() = default;

    /// Where the next connection is to live, and who takes it over. `accepted` runs on the
    /// listener's thread.
    struct Target {
        boost::asio::io_context* context{nullptr};
        std::function<void(StreamSocket)> accepted{};
    };
    /// Begins to accept; `next` is asked before each connection.
    virtual void start(std::function<Target()> next) = 0;
    /// No more connections; on the listener's thread.
    virtual void close() = 0;
    /// 0 on a Unix-domain socket.
    [[nodiscard]] virtual std::uint16_t port() const = 0;

    /// Listens already when it returns, so that clients may connect.
    [[nodiscard]] static Result<std::unique_ptr<Listener>> open(const SimOptions& options,
                                                                boost::asio::io_context& context);
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
