// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>

#include "testing/sim_clock.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

class DeadlineQueue;

/// Something that may be waiting for the end of a fixed time. Leaves its queue on destruction.
class DeadlineEntry {
 public:
    explicit DeadlineEntry(std::function<void()> expired) : expired_(std::move(expired)) {}
    ~DeadlineEntry();
    DeadlineEntry(const DeadlineEntry&) = delete;
    DeadlineEntry& operator=(const DeadlineEntry&) = delete;

    /// Stops waiting; harmless if it does not wait.
    void leave() noexcept;

 private:
    friend class DeadlineQueue;
    std::function<void()> expired_;
    DeadlineQueue* queue_{nullptr};
    DeadlineEntry* previous_{nullptr};
    DeadlineEntry* next_{nullptr};
    Monotonic::time_point due_{};
};

/// Any number of deadlines that are all equally long, with one timer: who joined first is due
/// first. Joining and leaving cost a few nanoseconds. For one thread.
class DeadlineQueue {
 public:
    DeadlineQueue(boost::asio::io_context& context, Monotonic::duration time)
        : timer_(context), time_(time) {}
    DeadlineQueue(const DeadlineQueue&) = delete;
    DeadlineQueue& operator=(const DeadlineQueue&) = delete;
    ~DeadlineQueue();

    /// `entry` expires after the time of this queue from now, and has left by then.
    void join(DeadlineEntry& entry);

 private:
    friend class DeadlineEntry;
    void arm();
    void expire();

    boost::asio::steady_timer timer_;
    Monotonic::duration time_;
    DeadlineEntry* first_{nullptr};
    DeadlineEntry* last_{nullptr};
    bool armed_{false};
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
