// SPDX-License-Identifier: Apache-2.0
#include "macro/overhead/our_client.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>

namespace overhead {
namespace {

using namespace vllm_client;

ChatRequest make_request(const Load& load, std::size_t tokens) {
    ChatRequest request;
    request.messages.push_back(user(load.prompt()));
    request.model = load.model;
    request.max_tokens = static_cast<std::int64_t>(tokens);
    request.temperature = 0;
    return request;
}

double now_us() {
    return std::chrono::duration<double, std::micro>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

// Starts the next piece of work whenever one ends, until all are done.
class Window {
 public:
    Window(std::size_t total, std::size_t at_once, std::function<void(Window&)> start)
        : total_(total), start_(std::move(start)) {
        for (std::size_t i = 0; i < at_once; ++i)
            start_next();
    }
    void ended(bool ok) {
        if (!ok) ok_.store(false);
        start_next();
        if (done_.fetch_add(1) + 1 == total_) {
            const std::lock_guard lock(mutex_);
            finished_ = true;
            all_done_.notify_all();
        }
    }
    [[nodiscard]] bool wait() {
        std::unique_lock lock(mutex_);
        all_done_.wait(lock, [this] { return finished_; });
        return ok_.load();
    }

 private:
    void start_next() {
        if (started_.fetch_add(1) < total_) start_(*this);
    }

    const std::size_t total_;
    const std::function<void(Window&)> start_;
    std::atomic<std::size_t> started_{0};
    std::atomic<std::size_t> done_{0};
    std::atomic<bool> ok_{true};
    std::mutex mutex_;  // guards finished_
    std::condition_variable all_done_;
    bool finished_{false};
};

}  // namespace

Round our_sync(const VllmClient& client, const Load& load, std::size_t requests) {
    const ChatRequest request = make_request(load, 16);
    std::vector<double> latencies;
    Round round = measure(requests, [&] {
        bool ok = true;
        for (std::size_t i = 0; i < requests; ++i) {
            const double begun = now_us();
            const auto reply = client.chat(request);
            latencies.push_back(now_us() - begun);
            ok = reply && !reply->text().empty() && ok;
        }
        return ok;
    });
    round.p50_us = median(std::move(latencies));
    return round;
}

Round our_callbacks(const VllmClient& client, const Load& load) {
    const ChatRequest request = make_request(load, 16);
    return measure(load.requests, [&] {
        Window window(load.requests, load.in_flight, [&](Window& self) {
            client.chat_async(request).on_done([&self](const Result<ChatReply>& reply) {
                self.ended(reply && !reply->text().empty());
            });
        });
        return window.wait();
    });
}

Round our_get(const VllmClient& client, const Load& load) {
    const ChatRequest request = make_request(load, 16);
    return measure(load.requests, [&] {
        std::deque<Call<ChatReply>> calls;
        bool ok = true;
        for (std::size_t started = 0; started < load.requests || !calls.empty();) {
            while (started < load.requests && calls.size() < load.in_flight) {
                calls.push_back(client.chat_async(request));
                ++started;
            }
            const auto reply = std::move(calls.front()).get();
            calls.pop_front();
            ok = reply && !reply->text().empty() && ok;
        }
        return ok;
    });
}

Round our_stream_callbacks(const VllmClient& client, const Load& load, std::size_t streams,
                           std::size_t at_once) {
    const ChatRequest request = make_request(load, load.stream_tokens);
    return measure(streams * load.stream_tokens, [&] {
        Window window(streams, at_once, [&](Window& self) {
            auto bytes = std::make_shared<std::size_t>(0);
            client.chat_stream(request)
                .for_each([bytes](const ChatDelta& delta) { *bytes += delta.text().size(); })
                .on_done([&self, bytes](const Result<void>& end) {
                    self.ended(end.ok() && *bytes > 0);
                });
        });
        return window.wait();
    });
}

Round our_stream_range(const VllmClient& client, const Load& load, std::size_t streams) {
    const ChatRequest request = make_request(load, load.stream_tokens);
    return measure(streams * load.stream_tokens, [&] {
        std::size_t bytes = 0;
        for (std::size_t i = 0; i < streams; ++i) {
            for (const auto& delta : client.chat_stream(request))
                bytes += delta.text().size();
        }
        return bytes > 0;
    });
}

}  // namespace overhead
