// SPDX-License-Identifier: Apache-2.0
#include "transport/curl_transport.h"

#include <pthread.h>

#include <atomic>
#include <functional>
#include <utility>

#include "transport/reactor.h"
#include "transport/transfer.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::transport {
namespace {

// Counts forks on the child's side: threads do not survive a fork, so a child's copy of a client
// has nobody to do its work.
std::atomic<unsigned>& forks() {
    static std::atomic<unsigned> count{0};
    static const int registered =
        pthread_atfork(nullptr, nullptr, [] { count.fetch_add(1, std::memory_order_relaxed); });
    static_cast<void>(registered);
    return count;
}

// Rendezvous hashing: an endpoint stays where it is when the number of reactors is the same, and
// moves as little as possible otherwise.
std::size_t home_of(const std::string& endpoint, std::size_t reactors) {
    std::size_t best = 0;
    std::size_t best_score = 0;
    for (std::size_t i = 0; i < reactors; ++i) {
        const std::size_t score = std::hash<std::string>()(endpoint + '#' + std::to_string(i));
        if (i == 0 || score > best_score) {
            best = i;
            best_score = score;
        }
    }
    return best;
}

class EndedExchange final : public HttpExchange {
 public:
    void cancel() noexcept override {}
    void resume() noexcept override {}
    void first_token_seen() noexcept override {}
};

class Ignore final : public HttpObserver {
 public:
    void on_head(const HttpReply&) override {}
    [[nodiscard]] bool on_data(std::string_view) override { return true; }
    void on_done(HttpReply, std::optional<Error>) override {}
};

}  // namespace

CurlTransport::CurlTransport(std::shared_ptr<const Settings> settings)
    : settings_(std::move(settings)), fork_generation_(forks().load()) {}

Result<std::shared_ptr<CurlTransport>> CurlTransport::make(Settings settings) {
    std::shared_ptr<CurlTransport> transport(
        new CurlTransport(std::make_shared<const Settings>(std::move(settings))));
    if (auto running = transport->run(); !running) {
        transport->close();
        return running.error();
    }
    transport->open_connections();
    return transport;
}

CurlTransport::~CurlTransport() {
    close();
}

Result<void> CurlTransport::run() {
    const std::size_t count = settings_->io.threads;
    std::vector<std::vector<std::size_t>> endpoints(count);
    for (std::size_t i = 0; i < settings_->endpoints.size(); ++i) {
        home_.push_back(home_of(settings_->endpoints[i].base_url, count));
        endpoints[home_.back()].push_back(i);
    }
    for (std::size_t i = 0; i < count; ++i) {
        reactors_.push_back(std::make_shared<Reactor>(settings_));
        if (auto running = reactors_.back()->run(endpoints[i]); !running) return running;
    }
    return {};
}

void CurlTransport::open_connections() {
    // Only concurrent requests open several connections, and only a finished one leaves its
    // connection for others.
    for (std::size_t endpoint = 0; endpoint < home_.size(); ++endpoint) {
        for (std::size_t i = 0; i < settings_->pool.preconnect; ++i) {
            HttpRequest request;
            request.endpoint = endpoint;
            request.method = HttpMethod::get;
            request.path = "/health";
            request.timeouts.total = settings_->health.timeout;
            static_cast<void>(start(std::move(request), std::make_shared<Ignore>()));
        }
    }
}

std::shared_ptr<HttpExchange> CurlTransport::start(HttpRequest request,
                                                   std::shared_ptr<HttpObserver> observer) {
    if (closed_.load() || forks().load(std::memory_order_relaxed) != fork_generation_) {
        Error error{.kind = ErrorKind::closed, .message = "the client is closed"};
        error.request_id = request.request_id;
        observer->on_done({}, std::move(error));
        return std::make_shared<EndedExchange>();
    }
    const std::shared_ptr<Reactor>& reactor = reactors_[home_[request.endpoint]];
    Pool& pool = *reactor->pool(request.endpoint);
    auto transfer =
        std::make_shared<Transfer>(reactor, pool, std::move(request), std::move(observer));
    transfer->submit();
    return transfer;
}

std::vector<PoolStats> CurlTransport::pool_stats() const {
    std::vector<PoolStats> stats;
    for (std::size_t i = 0; i < home_.size(); ++i) {
        stats.push_back(reactors_[home_[i]]->pool(i)->stats());
    }
    return stats;
}

bool CurlTransport::endpoint_healthy(std::size_t endpoint) const {
    return reactors_[home_[endpoint]]->pool(endpoint)->healthy();
}

void CurlTransport::close() {
    if (closed_.exchange(true)) return;
    if (forks().load(std::memory_order_relaxed) != fork_generation_) {
        // The threads stayed in the parent; waiting for them here would never end.
        for (const auto& reactor : reactors_)
            reactor->abandon();
        return;
    }
    for (const auto& reactor : reactors_)
        reactor->stop();
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::transport
