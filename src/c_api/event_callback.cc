// SPDX-License-Identifier: Apache-2.0
#include "c_api/event_callback.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::c_api {

void EventCallback::take(const ChatDelta& delta) {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    // The stream has added this event to an answer of its own and would have ended if that failed.
    if (!answer_.add(delta) || on_event_ == nullptr) return;
    text_ = delta.text();
    event_ = delta.json();
    if (on_event_(text_.c_str(), event_.c_str(), user_) == 0) return;
    closed_ = true;
    stop_.request_stop();
}

void EventCallback::close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::c_api
