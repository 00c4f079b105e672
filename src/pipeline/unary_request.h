// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string_view>
#include <type_traits>
#include <utility>

#include "pipeline/reply_outcome.h"
#include "vllm_client/detail/call_state.h"
#include "vllm_client/transport.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::pipeline {

/// Makes a typed reply of a successful exchange; also told of any other status if it says so.
template <class T>
struct ReplyReader {
    /// The typed reply; the body is padded for the JSON parser.
    std::function<Result<T>(const HttpReply& reply)> read{};
    /// True if every status is a success (raw requests, health).
    bool any_status{false};
};

/// Ends an exchange on behalf of a call: when the call is cancelled, or when a stop is requested.
/// Owned by the call's state until the call is done.
class ExchangeCanceller {
 public:
    ExchangeCanceller(std::shared_ptr<HttpExchange> exchange, const std::stop_token& stop)
        : exchange_(std::move(exchange)) {
        if (stop.stop_possible()) {
            on_stop_ = std::make_unique<std::stop_callback<Cancel>>(stop, Cancel{exchange_});
        }
    }
    void operator()() const noexcept { exchange_->cancel(); }

 private:
    struct Cancel {
        std::shared_ptr<HttpExchange> exchange;
        void operator()() const noexcept { exchange->cancel(); }
    };

    std::shared_ptr<HttpExchange> exchange_;
    std::unique_ptr<std::stop_callback<Cancel>> on_stop_;
};

/// A plain request: receives its exchange and completes its call, once.
/// `T` has members raw and timing, or is RawReply itself; see finish().
template <class T>
class UnaryRequest final : public HttpObserver {
 public:
    /// Replies up to this size are read on the reactor; larger ones by whoever takes the result.
    static constexpr std::size_t largest_read_at_once = 64UL * 1024;

    UnaryRequest(std::shared_ptr<detail::CallState<T>> state, std::shared_ptr<RequestRecord> record,
                 ReplyReader<T> reader)
        : state_(std::move(state)), record_(std::move(record)), reader_(std::move(reader)) {}

    void on_head(const HttpReply&) override {}
    [[nodiscard]] bool on_data(std::string_view) override { return true; }
    void on_done(HttpReply reply, std::optional<Error> error) override {
        if (error) return fail(with_context(*std::move(error), reply, *record_));
        const bool success = reply.status >= 200 && reply.status < 300;
        if (!success && !reader_.any_status) return fail(status_error(reply, *record_));
        if (reply.body.size() <= largest_read_at_once) {
            return state_->complete(finish(std::move(reply), *record_, reader_));
        }
        state_->complete_later(
            [reply = std::make_unique<HttpReply>(std::move(reply)), record = record_,
             reader = reader_]() mutable { return finish(std::move(*reply), *record, reader); });
    }

 private:
    static Result<T> finish(HttpReply&& reply, RequestRecord& record,
                            const ReplyReader<T>& reader) {
        pad_body(reply);
        Result<T> result = reader.read(reply);
        if (!result) {
            Error error = with_context(std::move(result).error(), reply, record);
            record.end(&error, reply.status);
            return error;
        }
        record.end(nullptr, reply.status);
        if constexpr (requires { result->usage; }) count_tokens(record, result->usage);
        if constexpr (requires { result->timing; }) result->timing = timing_of(reply, record);
        raw_of(*result) = take_raw(std::move(reply), record);
        return result;
    }
    static RawReply& raw_of(T& reply) {
        if constexpr (std::is_same_v<T, RawReply>) {
            return reply;
        } else {
            return reply.raw;
        }
    }
    static void count_tokens(RequestRecord& record, const Usage& usage) { record.tokens(usage); }
    static void count_tokens(RequestRecord& record, const std::optional<Usage>& usage) {
        if (usage) record.tokens(*usage);
    }
    void fail(Error error) {
        record_->end(&error, error.http_status);
        state_->complete(std::move(error));
    }

    const std::shared_ptr<detail::CallState<T>> state_;
    const std::shared_ptr<RequestRecord> record_;
    const ReplyReader<T> reader_;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::pipeline
