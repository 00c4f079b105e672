// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <span>

#include "testing/sim_socket.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// TCP or Unix-domain. Names its executor, because a type-erased one costs on each operation.
using StreamSocket = boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol,
                                                      boost::asio::io_context::executor_type>;

/// A socket that keeps no buffer of its own: it reads into `scratch`, which all sockets of one
/// thread share, and writes without waiting as long as the kernel takes the bytes.
[[nodiscard]] std::unique_ptr<Socket> make_plain_socket(StreamSocket socket,
                                                        std::span<char> scratch);

/// A socket that speaks TLS as a server. `context` must outlive it.
[[nodiscard]] std::unique_ptr<Socket> make_tls_socket(StreamSocket socket,
                                                      boost::asio::ssl::context& context);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
