// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_set>
#include <vector>

#include "runtime/timer_heap.h"
#include "transport/curl_handles.h"
#include "transport/health_check.h"
#include "transport/poller.h"
#include "transport/pool.h"
#include "transport/transfer.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::transport {

/// One thread with one libcurl multi handle, and the pools of the endpoints that live on it.
/// Other threads hand transfers over through a lock-free inbox; one wake-up serves many.
class Reactor : public std::enable_shared_from_this<Reactor> {
 public:
    explicit Reactor(std::shared_ptr<const Settings> settings);
    ~Reactor();
    Reactor(const Reactor&) = delete;
    Reactor& operator=(const Reactor&) = delete;

    /// Makes the pools of these endpoints and starts the thread. Once. `resource` if the system has
    /// no thread or descriptor left.
    [[nodiscard]] Result<void> run(const std::vector<std::size_t>& endpoints);
    /// Ends every transfer as `cancelled`, closes the connections, joins the thread (on the thread
    /// itself: leaves it to end at once). Once.
    void stop();

    /// In a forked child, where the thread does not exist: forgets it.
    void abandon();

    /// The pool of an endpoint of this reactor. Never null for those given to run().
    [[nodiscard]] Pool* pool(std::size_t endpoint) const noexcept;

    // Any thread.
    void put_in_inbox(std::shared_ptr<Transfer> transfer) noexcept;

    // Reactor thread.
    [[nodiscard]] CURLM* multi() const noexcept { return multi_.get(); }
    [[nodiscard]] runtime::TimerHeap& timers() noexcept { return timers_; }
    [[nodiscard]] runtime::TimePoint now() const noexcept { return now_; }
    [[nodiscard]] const Settings& settings() const noexcept { return *settings_; }
    void transfer_started() noexcept { kick_needed_ = true; }
    void transfer_runs(const std::shared_ptr<Transfer>& transfer) { active_.insert(transfer); }
    void transfer_ended(const std::shared_ptr<Transfer>& transfer, Pool& pool);

 private:
    void loop();
    void turn();
    [[nodiscard]] bool read_inbox();
    void refuse_inbox() noexcept;
    bool read_completions();  // true if there were any
    void start_waiting();
    void wait_for_work();
    void shut_down();

    const std::shared_ptr<const Settings> settings_;
    CurlMulti multi_;  // destroyed on the reactor thread, before the pools
    std::vector<std::unique_ptr<Pool>> pools_;
    std::unique_ptr<Poller> poller_;
    std::vector<std::unique_ptr<HealthCheck>> health_checks_;
    runtime::TimerHeap timers_;
    runtime::TimePoint now_{};
    bool kick_needed_{false};
    std::unordered_set<std::shared_ptr<Transfer>> active_;
    std::vector<Pool*> freed_;  // pools that lost a transfer in this turn

    std::atomic<Transfer*> inbox_{nullptr};  // stack pushed by any thread, emptied by the reactor
    std::atomic<bool> sleeping_{false};      // reactor: about to wait; others: wake it if set
    std::atomic<bool> stopping_{false};      // set once by stop()
    std::atomic<bool> ended_{false};         // reactor: will not read its inbox again
    std::shared_ptr<void> jump_listener_;
    std::thread thread_;  // joined by stop()
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::transport
