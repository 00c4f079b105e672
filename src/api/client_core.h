// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <utility>

#include "metrics/client_metrics.h"
#include "pipeline/dispatcher.h"
#include "pipeline/request_record.h"
#include "pipeline/typed_stream.h"
#include "pipeline/unary_request.h"
#include "request/request.h"
#include "runtime/callback_failures.h"
#include "runtime/logger.h"
#include "runtime/task_runner.h"
#include "vllm_client/call.h"
#include "vllm_client/options.h"
#include "vllm_client/stream.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::api {

/// What tests replace in a client.
struct Seams {
    std::shared_ptr<runtime::Clock> clock{};          // default: the machine's
    std::shared_ptr<runtime::RandomSource> random{};  // default: seeded by the system
    std::function<std::optional<std::string>(const char*)> get_variable{};  // default: environment
};

/// Everything behind the handles of one client. Kept alive by handles, bound clients and streams;
/// the last handle closes it. All members may be called from any thread.
class ClientCore : public std::enable_shared_from_this<ClientCore> {
 public:
    [[nodiscard]] static std::shared_ptr<ClientCore> make(ClientOptions options, Seams seams = {});

    /// Success, or why this client cannot be used (`config`, `resource`, `closed`).
    [[nodiscard]] Result<void> status() const;
    [[nodiscard]] const std::string& default_model() const noexcept { return options_.model; }

    /// Sends a request (or ends at once with the error that kept it from being written).
    template <class T>
    [[nodiscard]] Call<T> send(Result<request::Request> request, pipeline::ReplyReader<T> reader);
    /// The same for a stream.
    template <class Family>
    [[nodiscard]] std::unique_ptr<pipeline::TypedStream<Family>> open(
        Result<request::Request> request, typename Family::Accumulator answer);

    [[nodiscard]] MetricsSnapshot metrics() const;
    void reset_metrics();
    [[nodiscard]] const pipeline::Dispatcher& dispatcher() const noexcept { return *dispatcher_; }
    /// What is known of the servers behind the endpoints.
    [[nodiscard]] pipeline::EndpointDialects& dialects() noexcept {
        return dispatcher_->dialects();
    }
    void close(std::chrono::milliseconds drain_for);

    /// Waits on behalf of wait_ready(): until `limit`, a requested stop, or the client's close.
    void pause(std::chrono::milliseconds limit, const std::stop_token& stop);
    [[nodiscard]] const runtime::Clock& clock() const noexcept { return *clock_; }
    [[nodiscard]] const runtime::Logger& logger() const noexcept { return *logger_; }
    /// Where callbacks run.
    [[nodiscard]] const std::shared_ptr<runtime::TaskRunner>& runner() const noexcept {
        return runner_;
    }
    /// Where users' functions that may block run: the same, or a pool where that is a reactor.
    [[nodiscard]] std::shared_ptr<runtime::TaskRunner> worker();
    /// 32 random hex digits.
    [[nodiscard]] std::string random_id() const { return random_->hex_id(); }

 private:
    ClientCore(ClientOptions options, Seams seams);
    void start();
    [[nodiscard]] Result<void> build();

    /// The exchange and its entry in the books, or why there is none.
    struct Prepared {
        HttpRequest exchange;
        std::shared_ptr<pipeline::RequestRecord> record;
    };
    [[nodiscard]] Result<Prepared> prepare(Result<request::Request>& request);

    ClientOptions options_;
    const Seams seams_;
    const std::shared_ptr<runtime::Clock> clock_;
    const std::shared_ptr<runtime::RandomSource> random_;
    std::shared_ptr<runtime::Logger> logger_;
    std::shared_ptr<runtime::CallbackFailures> failures_;
    std::shared_ptr<runtime::TaskRunner> runner_;
    std::shared_ptr<runtime::TaskRunner> worker_;  // null until needed; guarded by mutex_
    std::shared_ptr<metrics::ClientMetrics> metrics_;
    std::shared_ptr<const pipeline::Observation> observation_;
    std::shared_ptr<Transport> transport_;  // null if the client was born failed
    std::unique_ptr<pipeline::Dispatcher> dispatcher_;

    std::atomic<bool> closed_{false};  // set once by close()
    mutable std::mutex
        mutex_;  // for closing_ and worker_; birth_ is written before the core is shared
    std::condition_variable_any closing_;
    Result<void> birth_;
};

/// Closes the core when the last handle goes.
class ClientLifetime {
 public:
    explicit ClientLifetime(std::shared_ptr<ClientCore> core) : core_(std::move(core)) {}
    ~ClientLifetime() { core_->close(std::chrono::milliseconds(0)); }
    ClientLifetime(const ClientLifetime&) = delete;
    ClientLifetime& operator=(const ClientLifetime&) = delete;
    [[nodiscard]] const std::shared_ptr<ClientCore>& core() const noexcept { return core_; }

 private:
    const std::shared_ptr<ClientCore> core_;
};

template <class T>
Call<T> ClientCore::send(Result<request::Request> request, pipeline::ReplyReader<T> reader) {
    auto state = std::make_shared<detail::CallState<T>>(runner_);
    Result<Prepared> prepared = prepare(request);
    if (!prepared) {
        state->complete(std::move(prepared).error());
        return Call<T>(std::move(state));
    }
    auto observer = std::make_shared<pipeline::UnaryRequest<T>>(state, std::move(prepared->record),
                                                                std::move(reader));
    auto exchange = dispatcher_->start(std::move(prepared->exchange), std::move(observer));
    state->set_canceller(pipeline::ExchangeCanceller(std::move(exchange), request->options.stop));
    return Call<T>(std::move(state));
}

template <class Family>
std::unique_ptr<pipeline::TypedStream<Family>> ClientCore::open(
    Result<request::Request> request, typename Family::Accumulator answer) {
    using Source = pipeline::TypedStream<Family>;
    Result<Prepared> prepared = prepare(request);
    if (!prepared) return std::make_unique<Source>(std::move(prepared).error(), runner_);
    const std::size_t event_bytes = options_.limits.event_bytes;
    auto events = std::make_shared<pipeline::EventStream>(
        prepared->record, runner_, clock_, options_.limits.stream_buffer_bytes,
        pipeline::make_probe<Family>(event_bytes));
    events->attach(dispatcher_->start(std::move(prepared->exchange), events));
    return std::make_unique<Source>(std::move(events), std::move(prepared->record), runner_,
                                    event_bytes, std::move(answer), request->options.stop);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api
