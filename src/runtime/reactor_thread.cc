// SPDX-License-Identifier: Apache-2.0
#include "runtime/reactor_thread.h"

#include "vllm_client/transport.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::runtime {
namespace {

thread_local bool is_reactor_thread = false;

}  // namespace

bool on_reactor_thread() noexcept {
    return is_reactor_thread;
}

ReactorThreadMark::ReactorThreadMark() noexcept {
    is_reactor_thread = true;
}

ReactorThreadMark::~ReactorThreadMark() {
    is_reactor_thread = false;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::runtime

namespace vllm_client::inline VLLM_CLIENT_ABI {

TransportThread::TransportThread() noexcept {
    runtime::is_reactor_thread = true;
}

TransportThread::~TransportThread() {
    runtime::is_reactor_thread = false;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
