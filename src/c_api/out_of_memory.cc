// SPDX-License-Identifier: Apache-2.0
#include "c_api/out_of_memory.h"

#include "c_api/boundary.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::c_api {

vllm_client_error* out_of_memory() noexcept {
    // Texts this short are kept inside std::string, so that making them takes no memory either.
    static vllm_client_error error{Error{.kind = ErrorKind::resource, .message = "out of memory"},
                                   "out of memory"};
    return &error;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::c_api
