// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/error.h"

#include <cstdlib>
#include <exception>

#include "vllm_client/result.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

std::string_view to_string(ErrorKind kind) noexcept {
    switch (kind) {
        case ErrorKind::connect:
            return "connect";
        case ErrorKind::timeout:
            return "timeout";
        case ErrorKind::tls:
            return "tls";
        case ErrorKind::protocol:
            return "protocol";
        case ErrorKind::http:
            return "http";
        case ErrorKind::stream:
            return "stream";
        case ErrorKind::decode:
            return "decode";
        case ErrorKind::limit:
            return "limit";
        case ErrorKind::cancelled:
            return "cancelled";
        case ErrorKind::deadline:
            return "deadline";
        case ErrorKind::queue_full:
            return "queue_full";
        case ErrorKind::circuit_open:
            return "circuit_open";
        case ErrorKind::config:
            return "config";
        case ErrorKind::closed:
            return "closed";
        case ErrorKind::resource:
            return "resource";
        case ErrorKind::unsupported:
            return "unsupported";
    }
    return "unknown_value";
}

std::string_view to_string(Reach reach) noexcept {
    switch (reach) {
        case Reach::not_reached:
            return "not_reached";
        case Reach::unknown:
            return "unknown";
        case Reach::executed:
            return "executed";
    }
    return "unknown_value";
}

std::string_view to_string(Phase phase) noexcept {
    switch (phase) {
        case Phase::none:
            return "none";
        case Phase::validate:
            return "validate";
        case Phase::queue:
            return "queue";
        case Phase::connect:
            return "connect";
        case Phase::first_byte:
            return "first_byte";
        case Phase::first_token:
            return "first_token";
        case Phase::between_events:
            return "between_events";
        case Phase::body:
            return "body";
        case Phase::decode:
            return "decode";
    }
    return "unknown_value";
}

namespace {

// The server's message may span lines; an error stands on one.
std::string one_line(std::string_view text) {
    std::string line(text);
    for (char& c : line) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
    }
    return line;
}

}  // namespace

std::string Error::to_string() const {
    std::string line(vllm_client::to_string(kind));
    if (!message.empty()) line += ": " + one_line(message);
    std::string known;
    const auto add = [&known](std::string_view name, const std::string& value) {
        if (value.empty()) return;
        known += known.empty() ? " (" : ", ";
        known.append(name).append(" ") += one_line(value);
    };
    if (http_status != 0) add("status", std::to_string(http_status));
    add("type", server.type);
    add("code", server.code);
    add("param", server.param);
    if (phase != Phase::none) add("in", std::string(vllm_client::to_string(phase)));
    add("endpoint", endpoint);
    add("request id", request_id);
    if (attempts > 1) add("attempts", std::to_string(attempts));
    return known.empty() ? line : line + known + ")";
}

struct Exception::State {
    Error error;
    std::string what;
};

Exception::Exception(Error error) {
    std::string what = error.to_string();
    state_ = std::make_shared<const State>(State{std::move(error), std::move(what)});
}
Exception::~Exception() = default;
Exception::Exception(const Exception&) noexcept = default;
Exception& Exception::operator=(const Exception&) noexcept = default;

const char* Exception::what() const noexcept {
    return state_->what.c_str();
}
const Error& Exception::error() const noexcept {
    return state_->error;
}

namespace detail {

void throw_error(Error error) {
#if defined(__cpp_exceptions)
    throw Exception(std::move(error));
#else
    bad_result_access(error.message.c_str());
#endif
}

void bad_result_access([[maybe_unused]] const char* what) noexcept {
    std::abort();
}

}  // namespace detail
}  // namespace vllm_client::inline VLLM_CLIENT_ABI
