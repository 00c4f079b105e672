// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "pipeline/request_record.h"
#include "runtime/task_runner.h"
#include "vllm_client/reply_parts.h"
#include "vllm_client/transport.h"
#include "vllm_client/unique_function.h"
#include "wire/sse_reader.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::pipeline {

/// The bytes of a streamed answer on their way from the reactor to one consumer: a bounded buffer
/// with back-pressure, and a way to wait. Knows nothing of events, except for the arrival of the
/// first one and of the first token, which are noted when they arrive, not when they are read.
class EventStream final : public HttpObserver {
 public:
    /// What the first events of a stream tell; see Probe.
    struct Sighting {
        bool chunk{false};  ///< An event with a choice was seen.
        bool token{false};  ///< Generated content was seen.
    };
    /// Looks at bytes as they arrive, until it has seen a token. Reactor thread.
    using Probe = std::function<Sighting(std::string_view bytes)>;

    EventStream(std::shared_ptr<RequestRecord> record, std::shared_ptr<runtime::TaskRunner> runner,
                std::shared_ptr<runtime::Clock> clock, std::size_t buffer_bytes, Probe probe);

    /// The exchange that feeds this. Once, right after it was started.
    void attach(const std::shared_ptr<HttpExchange>& exchange);

    // Reactor thread.
    void on_head(const HttpReply& reply) override;
    [[nodiscard]] bool on_data(std::string_view bytes) override;
    void on_done(HttpReply reply, std::optional<Error> error) override;

    // Consumer.
    /// Moves what has arrived into `reader`; true if there was anything.
    [[nodiscard]] bool drain_into(wire::SseReader& reader);
    /// Waits until there are bytes, or the end.
    void wait();
    /// Posts `wake` once there are bytes, or the end.
    void on_ready(UniqueFunction<void()> wake);
    /// Drops what has come and what will come: the answer is complete, and only the body's end is
    /// wanted, so that the connection can be used again.
    void ignore_rest();
    /// True if the exchange has ended and every byte was drained.
    [[nodiscard]] bool is_over() const;
    /// How the exchange ended; requires is_over().
    [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }
    /// What is known of the answer so far.
    [[nodiscard]] HttpReply reply() const;
    [[nodiscard]] Timing timing() const;
    [[nodiscard]] RawReply raw() const;

    // Any thread.
    void cancel() noexcept;
    [[nodiscard]] bool is_cancelled() const noexcept {
        return cancelled_.load(std::memory_order_acquire);
    }

 private:
    void look_at(std::string_view bytes);
    void tell(UniqueFunction<void()> wake);

    const std::shared_ptr<RequestRecord> record_;
    const std::shared_ptr<runtime::TaskRunner> runner_;
    const std::shared_ptr<runtime::Clock> clock_;
    const std::size_t buffer_bytes_;
    Probe probe_;  // reactor thread; dropped once it has seen a token

    mutable std::mutex mutex_;  // guards everything below
    std::condition_variable arrived_;
    std::shared_ptr<HttpExchange> exchange_;
    std::string pending_;
    bool waiting_{false};
    bool paused_{false};
    bool ignoring_{false};
    bool done_{false};
    std::atomic<bool> cancelled_{false};  // written under mutex_, read freely
    bool first_token_seen_{false};
    UniqueFunction<void()> wake_;
    HttpReply reply_;             // no longer written once done_
    std::optional<Error> error_;  // the same
    std::chrono::nanoseconds first_chunk_at_{0};
    std::chrono::nanoseconds first_token_at_{0};
    std::chrono::nanoseconds last_bytes_at_{0};
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::pipeline
