// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/testing/sim_server.h"

#include <algorithm>
#include <boost/asio/ssl/context.hpp>
#include <future>
#include <mutex>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "testing/sim_clock.h"
#include "testing/sim_hash.h"
#include "testing/sim_listener.h"
#include "testing/sim_route.h"
#include "testing/sim_shard.h"
#include "testing/sim_state.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing {
namespace {

namespace ssl = boost::asio::ssl;

Error config_error(std::string message) {
    Error error;
    error.kind = ErrorKind::config;
    error.phase = Phase::validate;
    error.message = std::move(message);
    return error;
}

bool is_duration(std::chrono::duration<double> time) {
    return time.count() >= 0 && time.count() < 1e9;
}

bool is_task(std::string_view name) {
    constexpr std::string_view tasks[] = {"generate", "embed",          "token_embed",
                                          "classify", "token_classify", "transcription",
                                          "realtime"};
    return std::find(std::begin(tasks), std::end(tasks), name) != std::end(tasks);
}

// The name of the wrong option and what is wrong; empty if all is well.
std::string problem_of(const SimOptions& options) {
    if (options.models.empty()) return "models: at least one name is needed";
    for (const std::string& model : options.models) {
        if (model.empty()) return "models: a name is empty";
    }
    if (options.tls_certificate_file.empty() != options.tls_key_file.empty()) {
        return "tls_certificate_file, tls_key_file: give both or none";
    }
    for (const std::string& task : options.tasks) {
        if (!is_task(task)) return "tasks: unknown family: " + task;
    }
    if (options.labels.empty()) return "labels: at least one is needed";
    if (options.max_model_len < 1) return "max_model_len: must be at least 1";
    if (options.embedding_dimensions < 1 || options.embedding_dimensions > 65536) {
        return "embedding_dimensions: must be from 1 to 65536";
    }
    const SimTimeModel& time = options.time;
    if (!is_duration(time.base) || !is_duration(time.per_sequence) ||
        !is_duration(time.per_prompt_token)) {
        return "time: durations must not be negative";
    }
    if (!(time.time_scale >= 0 && time.time_scale <= 1e6)) {
        return "time.time_scale: must be from 0 to 1000000";
    }
    if (time.slots < 1) return "time.slots: must be at least 1";
    if (time.step_tokens < 1) return "time.step_tokens: must be at least 1";
    if (!(options.output.mean >= 1) || !(options.output.sigma >= 0)) {
        return "output: mean must be at least 1, sigma not negative";
    }
    if (options.tokens_per_write < 0) return "tokens_per_write: must not be negative";
    if (options.keep_alive.count() < 0) return "keep_alive: must not be negative";
    if (options.sse_keep_alive_interval.count() < 0) {
        return "sse_keep_alive_interval: must not be negative";
    }
    if (options.max_num_queued_reqs < 0) return "max_num_queued_reqs: must not be negative";
    if (options.max_num_queued_tokens < 0) return "max_num_queued_tokens: must not be negative";
    if (options.threads < 1 || options.threads > 256) return "threads: must be from 1 to 256";
    return {};
}

std::string url_of(const SimOptions& options, std::uint16_t port) {
    if (!options.unix_socket.empty()) return "unix:" + options.unix_socket;
    const bool version_6 = options.host.find(':') != std::string::npos;
    return (options.tls_key_file.empty() ? "http://" : "https://") +
           (version_6 ? "[" + options.host + "]" : options.host) + ":" + std::to_string(port);
}

}  // namespace

class SimServer::Impl {
 public:
    explicit Impl(SimOptions options) {
        state_.started = sim::unix_now();
        state_.fingerprint = "vllm-0.32.0-sim" +
                             std::to_string(10000 + sim::hash_of(options.models.front()) % 90000);
        state_.options = std::move(options);
    }
    ~Impl() { stop(); }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    Result<void> start() {
        if (!state_.options.tls_key_file.empty()) {
            if (auto loaded = load_certificate(); !loaded) return loaded.error();
        }
        make_shards();
        auto listener = sim::Listener::open(state_.options, shards_.front()->context());
        if (!listener) return listener.error();
        listener_ = std::move(*listener);
        port_ = listener_->port();
        url_ = url_of(state_.options, port_);
        return start_threads();
    }

    void stop() noexcept {
        const std::scoped_lock lock(stopping_);
        if (std::exchange(stopped_, true)) return;
        for (const auto& shard : shards_)
            shard->stop();
        if (listener_) listener_->close();
    }

    [[nodiscard]] SimStats stats() const {
        SimStats stats;
        for (const auto& shard : shards_)
            add(shard->metrics(), stats);
        stats.healthy = state_.healthy;
        return stats;
    }

    void set_healthy(bool healthy) { state_.healthy = healthy; }

    void set_paused(bool paused) {
        if (paused) {
            hold_engines(state_, state_.admin.paused, "keep");
        } else {
            release_engines(state_, state_.admin.paused);
        }
    }

    void drop_connections() {
        on_all_shards([](sim::Shard& shard) { shard.close_connections(); });
    }

    void drain() {
        state_.draining = true;
        on_shard(*shards_.front(), [this](sim::Shard&) { listener_->close(); });
        on_all_shards([](sim::Shard& shard) { shard.drain_connections(); });
    }

    [[nodiscard]] const std::string& url() const noexcept { return url_; }
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
    Result<void> load_certificate() {
        tls_.emplace(ssl::context::tls_server);
        boost::system::error_code error;
        tls_->use_certificate_chain_file(state_.options.tls_certificate_file, error);
        if (error) return config_error("tls_certificate_file: " + error.message());
        tls_->use_private_key_file(state_.options.tls_key_file, ssl::context::pem, error);
        if (error) return config_error("tls_key_file: " + error.message());
        return {};
    }

    void make_shards() {
        // Ids must differ between servers, nothing else depends on this.
        const auto start = static_cast<std::uint64_t>(state_.started * 1e6);
        const std::uint64_t seed = sim::mixed(start, reinterpret_cast<std::uintptr_t>(this));
        for (int i = 0; i < state_.options.threads; ++i) {
            shards_.push_back(std::make_unique<sim::Shard>(
                state_, tls_ ? &*tls_ : nullptr, sim::mixed(seed, static_cast<std::uint64_t>(i))));
            state_.metrics.push_back(&shards_.back()->metrics());
        }
        state_.everywhere = [this](const std::function<void(sim::Workplace&)>& work) {
            for (const auto& shard : shards_)
                shard->post_work(work);
        };
    }

    Result<void> start_threads() {
        try {
            for (const auto& shard : shards_)
                shard->run();
        } catch (const std::system_error& error) {
            Error failure;
            failure.kind = ErrorKind::resource;
            failure.message = std::string("cannot start a thread: ") + error.what();
            return failure;
        }
        shards_.front()->post([this] { listener_->start([this] { return next_target(); }); });
        return {};
    }

    // As vLLM's front ends share their listener: whoever has the fewest connections.
    sim::Listener::Target next_target() {
        const auto fewer = [](const auto& a, const auto& b) {
            return a->connections() < b->connections();
        };
        sim::Shard* const shard = std::min_element(shards_.begin(), shards_.end(), fewer)->get();
        return {&shard->context(),
                [shard](sim::StreamSocket socket) { shard->adopt(std::move(socket)); }};
    }

    // Runs `task` on the shard's thread and waits for it, unless the server has stopped.
    template <class Task>
    void on_shard(sim::Shard& shard, Task task) {
        const std::scoped_lock lock(stopping_);
        if (stopped_) return;
        std::promise<void> done;
        shard.post([&] {
            task(shard);
            done.set_value();
        });
        done.get_future().wait();
    }

    template <class Task>
    void on_all_shards(Task task) {
        for (const auto& shard : shards_)
            on_shard(*shard, task);
    }

    static void add(const sim::ShardMetrics& metrics, SimStats& stats) {
        stats.connections_accepted += metrics.connections_accepted.get();
        stats.connections_open += metrics.connections_open.get();
        stats.connections_closed_idle += metrics.connections_closed_idle.get();
        stats.connections_closed_by_peer += metrics.connections_closed_by_peer.get();
        for (std::size_t i = 0; i <= sim::no_route(); ++i) {
            const std::uint64_t count = metrics.requests[i].get();
            stats.requests += count;
            stats.responses_error += metrics.requests_failed[i].get();
            if (count > 0) stats.routes[std::string(sim::path_of(i))] += count;
        }
        const auto finished = [&](sim::FinishReason reason) {
            return metrics.finished[static_cast<std::size_t>(reason)].get();
        };
        stats.finished += finished(sim::FinishReason::stop) + finished(sim::FinishReason::length);
        stats.aborted += finished(sim::FinishReason::abort);
        stats.rejected += metrics.rejected_requests.get() + metrics.rejected_tokens.get();
        stats.running += metrics.running.get();
        stats.waiting += metrics.waiting.get();
        stats.steps += metrics.steps.get();
        stats.prompt_tokens += metrics.prompt_tokens.get();
        stats.generated_tokens += metrics.generation_tokens.get();
    }

    std::mutex stopping_;  // guards stopped_, and keeps the threads running while it is held
    bool stopped_{false};
    sim::ServerState state_;
    std::optional<ssl::context> tls_;
    std::vector<std::unique_ptr<sim::Shard>> shards_;
    std::unique_ptr<sim::Listener> listener_;  // lives on the first shard
    std::uint16_t port_{0};
    std::string url_;
};

SimServer::SimServer(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
SimServer::SimServer(SimServer&&) noexcept = default;
SimServer& SimServer::operator=(SimServer&&) noexcept = default;
SimServer::~SimServer() = default;

Result<SimServer> SimServer::start(SimOptions options) {
    if (std::string problem = problem_of(options); !problem.empty()) {
        return config_error("SimOptions: " + problem);
    }
    auto impl = std::make_unique<Impl>(std::move(options));
    if (auto started = impl->start(); !started) return started.error();
    return SimServer(std::move(impl));
}

const std::string& SimServer::url() const noexcept {
    return impl_->url();
}
std::uint16_t SimServer::port() const noexcept {
    return impl_->port();
}
void SimServer::stop() noexcept {
    impl_->stop();
}
SimStats SimServer::stats() const {
    return impl_->stats();
}
void SimServer::set_healthy(bool healthy) {
    impl_->set_healthy(healthy);
}
void SimServer::set_paused(bool paused) {
    impl_->set_paused(paused);
}
void SimServer::drop_connections() {
    impl_->drop_connections();
}
void SimServer::drain() {
    impl_->drain();
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing
