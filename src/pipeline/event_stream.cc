// SPDX-License-Identifier: Apache-2.0
#include "pipeline/event_stream.h"

#include <algorithm>
#include <utility>

#include "pipeline/reply_outcome.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::pipeline {
namespace {

std::chrono::nanoseconds now_of(const runtime::Clock& clock) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(clock.now().time_since_epoch());
}

std::chrono::nanoseconds since(std::chrono::nanoseconds start, std::chrono::nanoseconds at) {
    return at == std::chrono::nanoseconds(0) ? at : at - start;
}

}  // namespace

EventStream::EventStream(std::shared_ptr<RequestRecord> record,
                         std::shared_ptr<runtime::TaskRunner> runner,
                         std::shared_ptr<runtime::Clock> clock, std::size_t buffer_bytes,
                         Probe probe)
    : record_(std::move(record)),
      runner_(std::move(runner)),
      clock_(std::move(clock)),
      buffer_bytes_(buffer_bytes),
      probe_(std::move(probe)) {}

void EventStream::attach(const std::shared_ptr<HttpExchange>& exchange) {
    bool token_seen = false;
    bool cancelled = false;
    {
        const std::lock_guard lock(mutex_);
        if (done_) return;
        exchange_ = exchange;
        token_seen = first_token_seen_;
        cancelled = cancelled_;
    }
    if (token_seen) exchange->first_token_seen();
    if (cancelled) exchange->cancel();
}

void EventStream::tell(UniqueFunction<void()> wake) {
    if (wake) runner_->post(std::move(wake));
}

void EventStream::on_head(const HttpReply& reply) {
    const std::lock_guard lock(mutex_);
    reply_ = reply;
}

void EventStream::look_at(std::string_view bytes) {
    const Sighting sighting = probe_(bytes);
    const auto now = now_of(*clock_);
    std::shared_ptr<HttpExchange> exchange;
    {
        const std::lock_guard lock(mutex_);
        if (sighting.chunk && first_chunk_at_.count() == 0) first_chunk_at_ = now;
        if (!sighting.token) return;
        first_token_at_ = now;
        first_token_seen_ = true;
        exchange = exchange_;
        record_->first_token(now - reply_.sent_at);
    }
    probe_ = nullptr;
    if (exchange) exchange->first_token_seen();
}

bool EventStream::on_data(std::string_view bytes) {
    UniqueFunction<void()> wake;
    bool notify = false;
    {
        const std::lock_guard lock(mutex_);
        if (ignoring_) return true;
        if (!pending_.empty() && pending_.size() + bytes.size() > buffer_bytes_) {
            paused_ = true;
            return false;
        }
        pending_.append(bytes);
        last_bytes_at_ = now_of(*clock_);
        notify = std::exchange(waiting_, false);
        wake = std::move(wake_);
    }
    if (probe_) look_at(bytes);
    if (notify) arrived_.notify_one();
    tell(std::move(wake));
    return true;
}

void EventStream::on_done(HttpReply reply, std::optional<Error> error) {
    UniqueFunction<void()> wake;
    {
        const std::lock_guard lock(mutex_);
        reply_ = std::move(reply);
        error_ = std::move(error);
        done_ = true;
        exchange_.reset();
        waiting_ = false;
        wake = std::move(wake_);
    }
    arrived_.notify_all();
    tell(std::move(wake));
}

bool EventStream::drain_into(wire::SseReader& reader) {
    std::shared_ptr<HttpExchange> resumed;
    bool any = false;
    {
        const std::lock_guard lock(mutex_);
        any = !pending_.empty();
        if (any) reader.append_swap(pending_);
        if (std::exchange(paused_, false)) resumed = exchange_;
    }
    if (resumed) resumed->resume();
    return any;
}

void EventStream::ignore_rest() {
    std::shared_ptr<HttpExchange> exchange;
    bool resume = false;
    {
        const std::lock_guard lock(mutex_);
        ignoring_ = true;
        pending_.clear();
        resume = std::exchange(paused_, false);
        exchange = exchange_;
    }
    if (!exchange) return;
    exchange->content_complete();
    if (resume) exchange->resume();
}

void EventStream::wait() {
    std::unique_lock lock(mutex_);
    while (pending_.empty() && !done_ && !cancelled_) {
        waiting_ = true;
        arrived_.wait(lock);
    }
    waiting_ = false;
}

void EventStream::on_ready(UniqueFunction<void()> wake) {
    {
        const std::lock_guard lock(mutex_);
        if (pending_.empty() && !done_ && !cancelled_) {
            wake_ = std::move(wake);
            return;
        }
    }
    tell(std::move(wake));
}

bool EventStream::is_over() const {
    const std::lock_guard lock(mutex_);
    return done_ && pending_.empty();
}

HttpReply EventStream::reply() const {
    const std::lock_guard lock(mutex_);
    return reply_;
}

Timing EventStream::timing() const {
    const std::lock_guard lock(mutex_);
    Timing timing;
    const std::chrono::nanoseconds begun = record_->begun().time_since_epoch();
    const std::chrono::nanoseconds start = reply_.sent_at;
    if (start.count() == 0) return timing;
    timing.queue = std::max(std::chrono::nanoseconds(0), start - begun);
    timing.first_chunk = since(start, first_chunk_at_);
    timing.first_token = since(start, first_token_at_);
    timing.total = since(start, last_bytes_at_);
    return timing;
}

RawReply EventStream::raw() const {
    HttpReply copy = reply();
    copy.body.clear();
    return take_raw(std::move(copy), *record_);
}

void EventStream::cancel() noexcept {
    std::shared_ptr<HttpExchange> exchange;
    UniqueFunction<void()> wake;
    {
        const std::lock_guard lock(mutex_);
        if (cancelled_) return;
        cancelled_ = true;
        exchange = exchange_;
        wake = std::move(wake_);
    }
    if (exchange) exchange->cancel();
    arrived_.notify_all();
    tell(std::move(wake));
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::pipeline
