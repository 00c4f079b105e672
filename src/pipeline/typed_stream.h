// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "pipeline/event_stream.h"
#include "pipeline/reply_outcome.h"
#include "vllm_client/detail/stream_source.h"
#include "wire/error_body.h"
#include "wire/sse_reader.h"
#include "wire/stream_end.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::pipeline {

/// True for families whose streams end with a last event, not with `[DONE]`: they say which with
/// `is_last(delta)`, and their readers see the whole event, its type included.
template <class Family>
concept EndsWithLastEvent = requires(const typename Family::Delta& delta) {
    { Family::is_last(delta) } -> std::same_as<bool>;
};

/// One event, read as its family wants it.
template <class Family>
[[nodiscard]] Result<typename Family::Delta> read_delta(typename Family::Reader& reader,
                                                        const wire::SseEvent& event) {
    if constexpr (EndsWithLastEvent<Family>) {
        return reader.read(event);
    } else {
        return reader.read(event.data);
    }
}

/// A typed stream over an EventStream: events to deltas, on the consumer's thread.
/// `Family` names Delta, Reply, Reader (one event) and Accumulator (the whole answer); see also
/// EndsWithLastEvent.
template <class Family>
class TypedStream final
    : public detail::StreamSource<typename Family::Delta, typename Family::Reply> {
 public:
    using Delta = typename Family::Delta;
    using Reply = typename Family::Reply;
    using Step = Result<std::optional<Delta>>;

    TypedStream(std::shared_ptr<EventStream> events, std::shared_ptr<RequestRecord> record,
                std::shared_ptr<runtime::TaskRunner> runner, std::size_t max_event_bytes,
                typename Family::Accumulator answer, const std::stop_token& stop)
        : events_(std::move(events)),
          record_(std::move(record)),
          runner_(std::move(runner)),
          lines_(max_event_bytes),
          answer_(std::move(answer)) {
        if (stop.stop_possible()) {
            on_stop_.emplace(stop, std::function<void()>([events = std::weak_ptr(events_)] {
                                 if (const auto stream = events.lock()) stream->cancel();
                             }));
        }
    }
    /// A stream that could not even begin.
    TypedStream(Error error, std::shared_ptr<runtime::TaskRunner> runner)
        : runner_(std::move(runner)), lines_(0), end_(Ending{std::move(error)}) {}
    ~TypedStream() override { cancel(); }

    [[nodiscard]] Step next() override {
        for (;;) {
            if (auto step = try_next()) return *std::move(step);
            if (!detail::may_block_here()) return detail::would_deadlock();
            events_->wait();
        }
    }

    [[nodiscard]] std::optional<Step> try_next() override {
        starved_ = false;
        for (;;) {
            if (end_) return end_->error ? Step(*end_->error) : Step(std::optional<Delta>());
            if (complete_.load()) {
                // The end is told when the connection is free again: the next call shall find it.
                if (events_->is_over()) return finish(std::nullopt);
                starved_ = true;
                return std::nullopt;
            }
            if (events_->is_cancelled()) return finish(cancelled());
            auto event = lines_.next();
            if (!event) return finish(std::move(event).error());
            if (*event) {
                if (wire::is_stream_end((*event)->data)) {
                    // Where a last event is due, the marker says nothing.
                    if constexpr (!EndsWithLastEvent<Family>) set_complete();
                    continue;
                }
                return take(**event);
            }
            if (events_->drain_into(lines_)) continue;
            // Bytes may have come between draining and asking, never after the end.
            if (!events_->is_over()) {
                starved_ = true;
                return std::nullopt;
            }
            if (events_->drain_into(lines_)) continue;
            return finish(at_end_of_body());
        }
    }

    void on_ready(UniqueFunction<void()> wake) override {
        // What is left in a starved reader is the beginning of an event: more bytes must come.
        if (end_ || (!starved_ && lines_.unread() != 0)) return runner_->post(std::move(wake));
        events_->on_ready(std::move(wake));
    }

    [[nodiscard]] Result<Reply> collect() override {
        for (;;) {
            auto step = next();
            if (!step) return std::move(step).error();
            if (!*step) break;
        }
        Reply reply = typename Family::Accumulator(answer_).finish();
        if constexpr (!EndsWithLastEvent<Family>) reply.end_marker_missing = !complete_.load();
        reply.timing = timing();
        reply.raw = raw();
        return reply;
    }

    void cancel() noexcept override {
        // After the end marker only the body's end is missing: reading it keeps the connection.
        if (events_ && !complete_.load()) events_->cancel();
    }
    [[nodiscard]] Timing timing() const override { return events_ ? events_->timing() : Timing{}; }
    [[nodiscard]] RawReply raw() const override { return events_ ? events_->raw() : RawReply{}; }
    [[nodiscard]] std::shared_ptr<runtime::TaskRunner> runner() const override { return runner_; }

 private:
    struct Ending {
        std::optional<Error> error{};
    };

    std::optional<Step> take(const wire::SseEvent& event) {
        Result<Delta> delta = read_delta<Family>(reader_, event);
        if (!delta) return finish(std::move(delta).error());
        if (auto added = answer_.add(*delta); !added) return finish(added.error());
        if constexpr (EndsWithLastEvent<Family>) {
            if (Family::is_last(*delta)) set_complete();
        }
        return Step(std::optional<Delta>(*delta));
    }
    void set_complete() {
        complete_.store(true);
        events_->ignore_rest();
    }

    // The body ended without its end marker or last event.
    std::optional<Error> at_end_of_body() {
        if (const auto& error = events_->error()) {
            const bool cut = error->kind == ErrorKind::stream || error->kind == ErrorKind::protocol;
            // Every answer had its finish reason: only the end marker is missing.
            if (cut && answer_.all_finished()) return std::nullopt;
            return *error;
        }
        const HttpReply reply = events_->reply();
        if (reply.status != 200) return status_error(reply, *record_);
        if (!reply.body.empty()) return not_a_stream(reply.body);
        if (answer_.all_finished()) return std::nullopt;
        return Error{.kind = ErrorKind::stream,
                     .message = "the stream ended before the answer did",
                     .reach = Reach::executed,
                     .phase = Phase::between_events,
                     .retryable = false};
    }
    // A 200 whose content type says that it is one JSON value.
    static Error not_a_stream(const std::string& body) {
        if (auto error = wire::error_in_success(body)) return *std::move(error);
        return Error{.kind = ErrorKind::protocol,
                     .message = "the server answered a streaming request without a stream",
                     .reach = Reach::executed,
                     .phase = Phase::body};
    }
    Error cancelled() const {
        return Error{.kind = ErrorKind::cancelled,
                     .message = "the stream was cancelled",
                     .phase = Phase::between_events};
    }

    Step finish(std::optional<Error> error) {
        if (error) {
            Error whole = with_context(*std::move(error), events_->reply(), *record_);
            error = std::move(whole);
            error->partial = answer_.partial_text();
            record_->end(&*error, error->http_status);
            events_->cancel();
        } else {
            count_tokens();
            record_->end(nullptr, 200);
        }
        end_.emplace(Ending{std::move(error)});
        on_stop_.reset();
        return end_->error ? Step(*end_->error) : Step(std::optional<Delta>());
    }
    void count_tokens() {
        if (const std::optional<Usage> usage = answer_.usage()) record_->tokens(*usage);
    }

    const std::shared_ptr<EventStream> events_;    // null: it never began
    const std::shared_ptr<RequestRecord> record_;  // null with it
    const std::shared_ptr<runtime::TaskRunner> runner_;
    wire::SseReader lines_;
    typename Family::Reader reader_;
    typename Family::Accumulator answer_;
    std::optional<Ending> end_;
    bool starved_{false};                // lines_ holds no complete event
    std::atomic<bool> complete_{false};  // set by the consumer; read by cancel() on any thread
    std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

/// Looks for the first token of a stream with the family's own reader.
template <class Family>
[[nodiscard]] EventStream::Probe make_probe(std::size_t max_event_bytes) {
    struct State {
        explicit State(std::size_t limit) : lines(limit) {}
        wire::SseReader lines;
        typename Family::Reader reader;
        EventStream::Sighting seen;
    };
    return [state = std::make_shared<State>(max_event_bytes)](std::string_view bytes) {
        state->lines.append(bytes);
        while (!state->seen.token) {
            const auto event = state->lines.next();
            if (!event || !*event || wire::is_stream_end((*event)->data)) break;
            const auto delta = read_delta<Family>(state->reader, **event);
            if (!delta) break;
            if constexpr (EndsWithLastEvent<Family>) {
                state->seen.chunk = true;
            } else {
                state->seen.chunk = state->seen.chunk || delta->choice_count() > 0;
            }
            state->seen.token = delta->has_content();
        }
        return state->seen;
    };
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::pipeline
