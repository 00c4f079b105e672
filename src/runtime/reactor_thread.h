// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::runtime {

/// True on threads that must never wait for a request, because they are what completes it.
[[nodiscard]] bool on_reactor_thread() noexcept;

/// Marks the current thread as such for its lifetime.
class ReactorThreadMark {
 public:
    ReactorThreadMark() noexcept;
    ~ReactorThreadMark();
    ReactorThreadMark(const ReactorThreadMark&) = delete;
    ReactorThreadMark& operator=(const ReactorThreadMark&) = delete;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::runtime
