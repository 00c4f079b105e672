// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <stop_token>
#include <string>

#include "vllm_client/c_api.h"
#include "vllm_client/chat_delta.h"
#include "wire/chat_accumulator.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::c_api {

/// A streamed chat that runs beside its caller: tells C of its events and puts them together. The
/// stream uses it on the client's threads, one event at a time.
class EventCallback {
 public:
    EventCallback(vllm_client_on_event on_event, void* user, std::stop_source stop)
        : on_event_(on_event), user_(user), stop_(std::move(stop)) {}

    /// Takes an event; requests the stop if C wants no more.
    void take(const ChatDelta& delta);
    /// The answer; once, after the last event.
    [[nodiscard]] ChatReply finish() { return std::move(answer_).finish(); }
    /// Afterwards C is not called, and not being called either, unless by the calling thread.
    void close();

 private:
    // Guards closed_, and is held while C runs; C may close it from there.
    std::recursive_mutex mutex_;
    bool closed_{false};
    const vllm_client_on_event on_event_;
    void* const user_;
    std::stop_source stop_;
    // Of the stream's current thread.
    wire::ChatAccumulator answer_;
    std::string text_;
    std::string event_;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::c_api
