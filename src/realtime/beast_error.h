// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/system/error_code.hpp>

#include "vllm_client/error.h"

// What Asio and Beast report, as our kinds of error, by the step that failed.
namespace vllm_client::inline VLLM_CLIENT_ABI::realtime {

[[nodiscard]] Error connect_error(const boost::system::error_code& error);
[[nodiscard]] Error handshake_error(const boost::system::error_code& error);
/// Of an open session without a close frame.
[[nodiscard]] Error read_error(const boost::system::error_code& error);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::realtime
