// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <utility>

#include "vllm_client/call.h"

namespace vllm_client::cli {

/// Makes `count` calls, a few of them running at once, and hands their results over in order.
/// `start(i)` begins call i; `finish(i, result)` takes its result and returns false to end it all:
/// the calls still running are then cancelled.
template <class Start, class Finish>
void ordered_calls(std::size_t count, Start start, Finish finish) {
    constexpr std::size_t at_once = 8;
    std::deque<decltype(start(std::size_t{}))> running;
    std::size_t started = 0;
    for (std::size_t next = 0; next < count; ++next) {
        while (started < count && running.size() < at_once)
            running.push_back(start(started++));
        auto call = std::move(running.front());
        running.pop_front();
        if (!finish(next, std::move(call).get())) return;
    }
}

}  // namespace vllm_client::cli
