// SPDX-License-Identifier: Apache-2.0
#include "pipeline/reply_outcome.h"

#include <algorithm>
#include <utility>

#include "wire/error_body.h"
#include "wire/json_reader.h"
#include "wire/requirement.h"
#include "wire/retry_after.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::pipeline {
namespace {

std::string request_id_of(const HttpReply& reply, const RequestRecord& record) {
    const auto given = reply.header("x-request-id");
    return given ? std::string(*given) : record.request_id();
}

}  // namespace

RawReply take_raw(HttpReply&& reply, const RequestRecord& record) {
    RawReply raw;
    raw.request_id = request_id_of(reply, record);
    raw.status = reply.status;
    raw.headers = std::move(reply.headers);
    raw.body = std::move(reply.body);
    raw.endpoint = record.endpoint();
    raw.resends = reply.resends;
    return raw;
}

void pad_body(HttpReply& reply) {
    wire::pad(reply.body);
}

Timing timing_of(const HttpReply& reply, const RequestRecord& record) {
    Timing timing;
    const std::chrono::nanoseconds begun = record.begun().time_since_epoch();
    timing.queue = std::max(std::chrono::nanoseconds(0), reply.sent_at - begun);
    timing.total = reply.done_at - reply.sent_at;
    return timing;
}

Error status_error(const HttpReply& reply, const RequestRecord& record) {
    Error error = wire::http_error(reply.status, reply.body);
    if (reply.status >= 300 && reply.status < 400) {
        const auto target = reply.header("location");
        error.message = "HTTP " + std::to_string(reply.status) + ": redirects are not followed" +
                        (target ? " (to " + std::string(target->substr(0, 200)) + ")" : "");
    }
    if (wire::is_unsupported(reply.status, reply.body)) {
        error.kind = ErrorKind::unsupported;
        error.message = "the server does not offer " + std::string(record.operation()) + ": it " +
                        std::string(wire::requirement_of(record.operation()));
    }
    error.retry_after = wire::read_retry_after(reply.headers);
    // Some servers and proxies know better than the status tells.
    if (const auto told = reply.header("x-should-retry")) {
        if (*told == "true" || *told == "false") error.retryable = *told == "true";
    }
    error.phase = Phase::first_byte;
    return with_context(std::move(error), reply, record);
}

Error with_context(Error error, const HttpReply& reply, const RequestRecord& record) {
    if (error.http_status == 0) error.http_status = reply.status;
    if (error.endpoint.empty()) error.endpoint = record.endpoint();
    error.request_id = request_id_of(reply, record);
    if (error.attempts == 0) error.attempts = 1 + static_cast<int>(reply.resends);
    return error;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::pipeline
