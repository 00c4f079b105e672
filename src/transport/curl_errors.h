// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <string_view>

#include "vllm_client/error.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::transport {

/// libcurl's result as our kind of error. `phase` and `reach` say how far the exchange was;
/// `detail` is libcurl's error text, which names hosts but never headers or bodies.
[[nodiscard]] Error curl_error(CURLcode code, Phase phase, Reach reach, bool stream,
                               std::string_view detail);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::transport
