// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_shard.h"

#include <algorithm>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <csignal>
#include <utility>

#include "testing/sim_route.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

constexpr std::size_t scratch_bytes = 64U << 10U;
constexpr int most_untimed_steps = 256;
// A timed engine that fell behind further than this does not try to catch up.
constexpr std::chrono::milliseconds most_lag{100};

// The threads of a library must not take signals that the program wants elsewhere.
class SignalsBlocked {
 public:
    SignalsBlocked() noexcept {
        sigset_t all;
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    SignalsBlocked(const SignalsBlocked&) = delete;
    SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
    sigset_t before_{};
};

}  // namespace

Shard::Shard(ServerState& server, boost::asio::ssl::context* tls, std::uint64_t seed)
    : server_(server),
      tls_(tls),
      metrics_(server.options.max_model_len, no_route() + 1),
      engine_(server.options.time),
      workplace_{server, engine_, metrics_, [this] { wake_engine(); }, seed},
      scratch_(scratch_bytes),
      work_(context_.get_executor()),
      step_timer_(context_) {
    idle_queue_.emplace(context_, server.options.keep_alive);
    if (server.options.sse_keep_alive_interval.count() > 0) {
        comment_queue_.emplace(context_, server.options.sse_keep_alive_interval);
    }
}

Shard::~Shard() {
    stop();
}

void Shard::run() {
    const SignalsBlocked signals;
    thread_ = std::thread([this] { context_.run(); });
}

void Shard::stop() noexcept {
    if (!thread_.joinable()) return;
    post([this] {
        close_connections();
        context_.stop();
    });
    thread_.join();
}

void Shard::post(std::function<void()> task) {
    boost::asio::post(context_, std::move(task));
}

// --- Connections ---------------------------------------------------------------------------------

void Shard::adopt(StreamSocket socket) {
    ++arriving_;
    auto shared = std::make_shared<StreamSocket>(std::move(socket));
    boost::asio::dispatch(context_, [this, shared] {
        open_connection(std::move(*shared));
        --arriving_;
    });
}

void Shard::open_connection(StreamSocket socket) {
    metrics_.connections_accepted.add();
    auto stream = tls_ != nullptr ? make_tls_socket(std::move(socket), *tls_)
                                  : make_plain_socket(std::move(socket), scratch_);
    auto connection = std::make_shared<Connection>(*this, std::move(stream));
    connections_.emplace(connection.get(), connection);
    connection->start();
}

void Shard::close_connections() {
    while (!connections_.empty())
        connections_.begin()->second->close();
}

void Shard::drain_connections() {
    std::vector<std::shared_ptr<Connection>> all;
    all.reserve(connections_.size());
    for (const auto& [key, connection] : connections_)
        all.push_back(connection);
    for (const auto& connection : all)
        connection->drain();
}

void Shard::forget(Connection& connection) {
    const auto found = connections_.find(&connection);
    if (found == connections_.end()) return;
    if (forgotten_.empty()) post([this] { forgotten_.clear(); });
    forgotten_.push_back(std::move(found->second));
    connections_.erase(found);
}

void Shard::flush_later(Connection& connection) {
    gathered_.push_back(connection.shared_from_this());
}

void Shard::flush_gathered() {
    // Flushing goes on to further requests, which may gather anew.
    for (std::size_t i = 0; i < gathered_.size(); ++i)  // NOLINT(modernize-loop-convert)
        gathered_[i]->flush();
    gathered_.clear();
}

std::string_view Shard::common_headers() {
    const auto now = static_cast<std::int64_t>(unix_now());
    if (now != headers_second_) {
        headers_second_ = now;
        headers_ = "date: " + http_date(now) + "\r\nserver: uvicorn\r\n";
    }
    return headers_;
}

// --- Engine --------------------------------------------------------------------------------------

void Shard::wake_engine() {
    if (std::exchange(turning_, true)) return;
    step_end_ = monotonic_now();
    boost::asio::post(context_, [this] { begin_turn(); });
}

bool Shard::held() const {
    const AdminState& admin = server_.admin;
    return admin.held() && !(admin.finishing && engine_.running() > 0);
}

void Shard::post_work(std::function<void(Workplace&)> work) {
    post([this, work = std::move(work)] {
        work(workplace_);
        flush_gathered();
        wake_engine();
    });
}

void Shard::begin_turn() {
    workplace_.publish_queue();
    engine_.admit_more(!server_.admin.held());
    if (engine_.idle() || held()) {
        turning_ = false;
        return;
    }
    if (server_.options.time.time_scale > 0) return begin_timed_step();
    run_untimed_steps();
    boost::asio::post(context_, [this] { begin_turn(); });
}

void Shard::begin_timed_step() {
    const Monotonic::time_point now = monotonic_now();
    step_ = engine_.begin_step(now);
    workplace_.publish_queue();
    const auto length = std::chrono::duration_cast<Monotonic::duration>(
        step_.duration * server_.options.time.time_scale);
    // Steps follow each other without a gap, however late the timer was.
    if (step_end_ < now - most_lag) step_end_ = now;
    step_end_ += length;
    step_timer_.expires_at(step_end_);
    step_timer_.async_wait([this](boost::system::error_code error) {
        if (error) return;
        end_step();
        flush_gathered();
        begin_turn();
    });
}

void Shard::run_untimed_steps() {
    const int most = server_.options.tokens_per_write;
    int written = 0;
    for (int steps = 0; steps < most_untimed_steps && !engine_.idle(); ++steps) {
        step_ = engine_.begin_step(monotonic_now());
        end_step();
        if (!gathered_.empty() && ++written == most) break;
    }
    flush_gathered();
}

void Shard::end_step() {
    metrics_.steps.add();
    metrics_.iteration_tokens.observe(step_.decoded + step_.prefilled);
    engine_.end_step(monotonic_now());
    workplace_.publish_queue();
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
