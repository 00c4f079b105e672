// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

std::string_view library_version() noexcept {
    return VLLM_CLIENT_VERSION_STRING;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
