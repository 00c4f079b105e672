// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/event_stream.h"
#include "runtime/task_runner.h"

namespace vllm_client::pipeline {

/// An exchange that only notes what it is told.
class NotedExchange final : public HttpExchange {
 public:
    void cancel() noexcept override { ++cancels; }
    void resume() noexcept override { ++resumes; }
    void first_token_seen() noexcept override { ++first_tokens; }
    /// As a server that ends the body right after its content.
    void content_complete() noexcept override {
        const auto feeding = observer.lock();
        HttpReply reply;
        reply.status = 200;
        if (feeding) feeding->on_done(std::move(reply), std::nullopt);
    }

    std::weak_ptr<HttpObserver> observer;
    std::atomic<int> cancels{0};
    std::atomic<int> resumes{0};
    std::atomic<int> first_tokens{0};
};

/// Runs tasks when the test says so.
class ManualRunner final : public runtime::TaskRunner {
 public:
    void post_all(std::vector<Task>& tasks) override {
        for (Task& task : tasks)
            queued.push_back(std::move(task));
        tasks.clear();
    }
    void stop() override {}
    /// Runs what is queued now; true if there was anything.
    bool run() {
        auto now = std::move(queued);
        queued.clear();
        for (Task& task : now)
            task();
        return !now.empty();
    }

    std::vector<Task> queued;
};

/// What a stream needs around it.
struct StreamParts {
    std::shared_ptr<runtime::Clock> clock = runtime::system_clock();
    std::shared_ptr<metrics::ClientMetrics> metrics =
        std::make_shared<metrics::ClientMetrics>(clock);
    std::shared_ptr<RequestRecord> record = std::make_shared<RequestRecord>(
        std::make_shared<const Observation>(Observation{clock, metrics, {}}), "chat", "tiny",
        "id-1", "main");
    std::shared_ptr<ManualRunner> runner = std::make_shared<ManualRunner>();
    std::shared_ptr<NotedExchange> exchange = std::make_shared<NotedExchange>();

    std::shared_ptr<EventStream> stream(std::size_t buffer_bytes = 1024,
                                        EventStream::Probe probe = {}) const {
        auto events =
            std::make_shared<EventStream>(record, runner, clock, buffer_bytes, std::move(probe));
        exchange->observer = events;
        events->attach(exchange);
        return events;
    }
    HttpReply head() const {
        HttpReply reply;
        reply.status = 200;
        reply.headers = "Content-Type: text/event-stream\n";
        reply.sent_at = clock->now().time_since_epoch();
        return reply;
    }
};

}  // namespace vllm_client::pipeline
