// SPDX-License-Identifier: Apache-2.0
#include "transport/curl_handles.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::transport {

Result<void> initialise_curl() {
    static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (code == CURLE_OK) return {};
    return Error{
        .kind = ErrorKind::resource,
        .message = std::string("libcurl cannot be initialised: ") + curl_easy_strerror(code)};
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::transport
