// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "macro/overhead/load.h"

// libcurl with nothing around it: no JSON, no checks, no threads. What the client is compared with.
namespace overhead {

/// A new easy handle, and so a new connection, for each request.
[[nodiscard]] Round bare_easy_new(const Load& load, std::size_t requests);
/// One easy handle, kept; one request at a time.
[[nodiscard]] Round bare_easy_reused(const Load& load, std::size_t requests);
/// curl_multi_perform and curl_multi_poll, handles kept, `in_flight` at once.
[[nodiscard]] Round bare_multi(const Load& load);
/// The same for streams, per token; bytes are only counted.
[[nodiscard]] Round bare_multi_streams(const Load& load, std::size_t streams, std::size_t at_once);

}  // namespace overhead
