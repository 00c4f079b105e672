// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "testing/sim_asio_socket.h"
#include "testing/sim_clock.h"
#include "testing/sim_connection.h"
#include "testing/sim_deadline_queue.h"
#include "testing/sim_engine.h"
#include "testing/sim_metrics.h"
#include "testing/sim_state.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// One front end: a thread with its event loop, its connections and its engine. Everything runs on
/// that thread unless it says otherwise.
class Shard final : public ConnectionHost {
 public:
    /// `server` and `tls` must outlive it; without `tls` connections are plain.
    Shard(ServerState& server, boost::asio::ssl::context* tls, std::uint64_t seed);
    /// As stop().
    ~Shard() override;

    /// Starts the thread. Throws std::system_error if there is none to be had.
    void run();
    /// Drops all connections and joins the thread. From any other thread; idempotent.
    void stop() noexcept;

    /// From any thread.
    void post(std::function<void()> task);
    [[nodiscard]] boost::asio::io_context& context() noexcept { return context_; }
    [[nodiscard]] const ShardMetrics& metrics() const noexcept { return metrics_; }

    /// Takes over a connection that was accepted into context(). From any thread, one at a time.
    void adopt(StreamSocket socket);
    /// Connections that are open or about to be. From any thread.
    [[nodiscard]] std::uint64_t connections() const noexcept {
        return metrics_.connections_open.get() + arriving_;
    }
    void close_connections();
    void drain_connections();
    /// As post(); then what it wrote is sent, and the engine looks for work. From any thread.
    void post_work(std::function<void(Workplace&)> work);

 private:
    Workplace& workplace() override { return workplace_; }
    std::string_view common_headers() override;
    void flush_later(Connection& connection) override;
    void forget(Connection& connection) override;
    DeadlineQueue& idle_queue() override { return *idle_queue_; }
    DeadlineQueue* comment_queue() override { return comment_queue_ ? &*comment_queue_ : nullptr; }

    void open_connection(StreamSocket socket);
    void wake_engine();
    [[nodiscard]] bool held() const;
    void begin_turn();
    void begin_timed_step();
    void run_untimed_steps();
    void end_step();
    void flush_gathered();

    ServerState& server_;
    boost::asio::ssl::context* tls_;
    ShardMetrics metrics_;
    Engine engine_;
    Workplace workplace_;
    std::atomic<std::uint64_t> arriving_{0};
    std::vector<char> scratch_;  // what sockets read into

    boost::asio::io_context context_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    boost::asio::steady_timer step_timer_;
    std::optional<DeadlineQueue> idle_queue_;
    std::optional<DeadlineQueue> comment_queue_;

    std::unordered_map<Connection*, std::shared_ptr<Connection>> connections_;
    std::vector<std::shared_ptr<Connection>> gathered_;   // to be flushed after this step
    std::vector<std::shared_ptr<Connection>> forgotten_;  // may be in use further up the stack
    Monotonic::time_point step_end_{};
    Engine::Step step_{};
    bool turning_{false};  // a turn is posted or under way
    std::int64_t headers_second_{-1};
    std::string headers_;
    std::thread thread_;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
