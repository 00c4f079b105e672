// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "vllm_client/call.h"
#include "vllm_client/chat.h"
#include "vllm_client/chat_delta.h"
#include "vllm_client/completion.h"
#include "vllm_client/detail/stream_source.h"
#include "vllm_client/result.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

/// A streamed answer, read once, by one consumer, in one of these ways. As a range, which throws
/// Exception if the stream breaks:
///
///     for (auto& delta : client.chat_stream(request)) std::cout << delta.text();
///
/// Step by step; the error is still there after the loop:
///
///     auto step = stream.next();
///     for (; step && *step; step = stream.next()) std::cout << (*step)->text();
///     if (!step) return step.error();
///
/// To its end, by callback, or awaited as by next():
///
///     Result<ChatReply> reply = stream.collect();
///     Call<void> done = std::move(stream).for_each([](const ChatDelta& delta) { … });
///     auto step = co_await stream;
///
/// A stream that breaks can never look complete: next() and collect() end in an error that carries
/// the exact prefix received (Error::partial); the range form leaves the loop with Exception.
/// Destroying a stream cancels the request and closes its connection, so the server stops
/// generating. Move-only. One thread at a time, except cancel(), which is safe from any thread.
/// A slow consumer stops the reading of its own socket (LimitOptions::stream_buffer_bytes); nothing
/// is dropped. May outlive the client: it then ends as `cancelled`. Cost: no allocation per event
/// in steady state; decoding runs on the consumer's thread.
template <class Delta, class Reply>
class [[nodiscard]] Stream {
 public:
    using Source = detail::StreamSource<Delta, Reply>;

    explicit Stream(std::shared_ptr<Source> source) : source_(std::move(source)) {}
    Stream(Stream&&) noexcept = default;
    Stream& operator=(Stream&& other) noexcept {
        if (this != &other) {
            cancel();
            source_ = std::move(other.source_);
        }
        return *this;
    }
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    ~Stream() { cancel(); }

    /// Waits for the next event: a delta, nothing at the proper end, or the error that ended the
    /// stream. On a reactor thread it returns a `config` error instead of waiting.
    [[nodiscard]] Result<std::optional<Delta>> next() { return source_->next(); }
    /// Reads to the end; the whole answer, deltas already taken included.
    [[nodiscard]] Result<Reply> collect() { return source_->collect(); }

    /// Calls `f(const Delta&)` for each event on the client's executor, in order, never twice at
    /// once. The returned call ends with the stream; dropping it cancels the stream.
    template <class F>
    [[nodiscard]] Call<void> for_each(F f) && {
        auto source = std::move(source_);
        auto state = std::make_shared<detail::CallState<void>>(source->runner());
        state->set_canceller([weak = std::weak_ptr<Source>(source)] {
            if (auto stream = weak.lock()) stream->cancel();
        });
        auto pump = std::make_shared<detail::StreamPump<Delta, Reply, F>>(
            source, std::move(f), detail::Completer<void>(state));
        source->on_ready([pump] { pump->run(); });
        return Call<void>(std::move(state));
    }

    /// Ends the request as `cancelled` unless it has ended. Any thread, any number of times.
    void cancel() noexcept {
        if (source_) source_->cancel();
    }
    /// When things happened so far; complete after the end.
    [[nodiscard]] Timing timing() const { return source_->timing(); }
    /// Status, headers and request id; headers are there after the first step.
    [[nodiscard]] RawReply raw() const { return source_->raw(); }

    /// Awaits the next event, as next(). Only on a named stream.
    [[nodiscard]] detail::StreamAwaiter<Delta, Reply> operator co_await() & {
        return detail::StreamAwaiter<Delta, Reply>(source_);
    }
    template <class Unused = void>
    detail::StreamAwaiter<Delta, Reply> operator co_await() && {
        static_assert(!std::is_void_v<Unused>,
                      "name the stream first: auto stream = ...; co_await stream;");
        return detail::StreamAwaiter<Delta, Reply>(source_);
    }

    /// Single-pass iterator over the stream's events; see begin().
    class Iterator {
     public:
        using iterator_category = std::input_iterator_tag;
        using value_type = Delta;
        using difference_type = std::ptrdiff_t;
        using pointer = Delta*;
        using reference = Delta&;

        Iterator() = default;
        explicit Iterator(Stream* stream) : stream_(stream) { step(); }
        [[nodiscard]] Delta& operator*() const noexcept { return stream_->current_; }
        [[nodiscard]] Delta* operator->() const noexcept { return &stream_->current_; }
        Iterator& operator++() {
            step();
            return *this;
        }
        void operator++(int) { step(); }
        friend bool operator==(const Iterator& it, std::default_sentinel_t) noexcept {
            return it.stream_ == nullptr;
        }

     private:
        void step() {
            auto next = stream_->next();
            if (!next) detail::throw_error(std::move(next).error());
            if (*next) {
                stream_->current_ = **next;
            } else {
                stream_ = nullptr;
            }
        }

        Stream* stream_{nullptr};
    };

    /// First event; waits for it. This and ++ throw Exception if the stream breaks.
    [[nodiscard]] Iterator begin() { return Iterator(this); }
    [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

 private:
    std::shared_ptr<Source> source_;
    Delta current_{};  // what the iterator points at
};

/// A streamed chat.
using ChatStream = Stream<ChatDelta, ChatReply>;
/// A streamed completion; events of several prompts and samples interleave by index.
using CompletionStream = Stream<CompletionDelta, CompletionReply>;

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
