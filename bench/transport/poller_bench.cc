// SPDX-License-Identifier: Apache-2.0
// Question: which poller costs less CPU per request, with few and with many in flight, and with
// many streams that wait beside them?
//
// The server is a process of its own; cpu_us is the CPU of this process, all threads, per request.
// Read the medians of several repetitions: --benchmark_repetitions=9
// --benchmark_report_aggregates_only=true --benchmark_enable_random_interleaving=true.
#include <benchmark/benchmark.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "runtime/clock.h"
#include "support/process_cpu.h"
#include "support/server_process.h"
#include "transport/curl_transport.h"

namespace vllm_client::transport {
namespace {

// Made by the first benchmark that runs, while there is no thread yet: it forks.
const std::string& fast_server() {
    static const bench::ServerProcess server(0.0);
    return server.url();
}

std::shared_ptr<CurlTransport> make_transport(PollerKind poller) {
    Settings settings;
    settings.endpoints.push_back(*read_endpoint({.url = fast_server()}, "endpoint"));
    settings.proxy.ignore_environment = true;
    settings.health.interval = std::chrono::milliseconds(0);
    settings.io.poller = poller;
    settings.user_agent = "bench";
    settings.clock = runtime::system_clock();
    return *CurlTransport::make(std::move(settings));
}

HttpRequest chat(bool never_ends) {
    // The simulated server sends one token and then nothing more, if asked to.
    static const auto plain = std::make_shared<const std::string>(
        R"({"max_completion_tokens":16,"messages":[{"content":"Why is the sky blue?","role":"user"}],)"
        R"("model":"sim"})");
    static const auto stalling = std::make_shared<const std::string>(
        R"({"messages":[{"content":"Why is the sky blue?","role":"user"}],"model":"sim",)"
        R"("stream":true,"vllm_xargs":{"sim_stall_after_tokens":1}})");
    HttpRequest request;
    request.path = "/v1/chat/completions";
    request.headers = {"Content-Type: application/json"};
    request.body = never_ends ? stalling : plain;
    request.stream = never_ends;
    return request;
}

// Keeps a number of requests in flight until a number has ended.
class Window : public std::enable_shared_from_this<Window> {
 public:
    Window(Transport& transport, int total) : transport_(transport), left_to_start_(total) {}

    void start_next() {
        if (left_to_start_.fetch_sub(1) <= 0) return;
        // The observer keeps the window alive; the exchange itself needs no keeper.
        static_cast<void>(
            transport_.start(chat(false), std::make_shared<Observer>(shared_from_this())));
    }
    bool wait(int total) {
        std::unique_lock lock(mutex_);
        all_done_.wait(lock, [&] { return done_ == total; });
        return ok_;
    }

 private:
    class Observer final : public HttpObserver {
     public:
        explicit Observer(std::shared_ptr<Window> window) : window_(std::move(window)) {}
        void on_head(const HttpReply&) override {}
        [[nodiscard]] bool on_data(std::string_view) override { return true; }
        void on_done(HttpReply reply, std::optional<Error> error) override {
            window_->ended(!error && reply.status == 200);
        }

     private:
        const std::shared_ptr<Window> window_;
    };

    void ended(bool ok) {
        start_next();
        const std::lock_guard lock(mutex_);
        ok_ = ok_ && ok;
        ++done_;
        all_done_.notify_all();
    }

    Transport& transport_;
    std::atomic<int> left_to_start_;
    std::mutex mutex_;  // guards done_ and ok_
    std::condition_variable all_done_;
    int done_{0};
    bool ok_{true};
};

class StreamObserver final : public HttpObserver {
 public:
    explicit StreamObserver(std::atomic<int>& begun) : begun_(begun) {}
    void on_head(const HttpReply&) override { begun_.fetch_add(1); }
    [[nodiscard]] bool on_data(std::string_view) override { return true; }
    void on_done(HttpReply, std::optional<Error>) override {}

 private:
    std::atomic<int>& begun_;
};

// `in_flight` requests at once, beside `waiting` streams in which nothing happens.
void exchange(benchmark::State& state, PollerKind poller) {
    const auto in_flight = static_cast<int>(state.range(0));
    const auto waiting = static_cast<int>(state.range(1));
    constexpr int batch = 500;
    std::atomic<int> begun{0};
    const auto transport = make_transport(poller);
    std::vector<std::shared_ptr<HttpExchange>> streams;
    for (int i = 0; i < waiting; ++i) {
        streams.push_back(transport->start(chat(true), std::make_shared<StreamObserver>(begun)));
    }
    while (begun.load() < waiting)
        std::this_thread::yield();
    double cpu = 0;
    bool ok = true;
    for (auto _ : state) {
        const double before = bench::process_cpu_us();
        const auto window = std::make_shared<Window>(*transport, batch);
        for (int i = 0; i < in_flight; ++i)
            window->start_next();
        ok = window->wait(batch) && ok;
        cpu += bench::process_cpu_us() - before;
    }
    if (!ok) state.SkipWithError("a request failed");
    transport->close();
    state.SetItemsProcessed(state.iterations() * batch);
    state.counters["cpu_us"] = cpu / (static_cast<double>(state.iterations()) * batch);
}

void sizes(benchmark::internal::Benchmark* benchmark) {
    benchmark->ArgNames({"in_flight", "waiting"})->UseRealTime();
    for (const int waiting : {0, 500}) {
        for (const int in_flight : {1, 16, 64})
            benchmark->Args({in_flight, waiting});
    }
}
BENCHMARK_CAPTURE(exchange, epoll, PollerKind::epoll)->Apply(sizes);
BENCHMARK_CAPTURE(exchange, curl_poll, PollerKind::curl_poll)->Apply(sizes);

}  // namespace
}  // namespace vllm_client::transport
