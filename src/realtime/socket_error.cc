// SPDX-License-Identifier: Apache-2.0
#include "realtime/socket_error.h"

#include <utility>

#include "wire/error_body.h"
#include "wire/json_grammar.h"
#include "wire/requirement.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::realtime {
namespace {

// vLLM without the route answers 403 and nothing else; what stands before it may say 404.
bool lacks_route(int status, std::string_view body) {
    const bool is_empty = wire::trim_json(body).empty();
    if (status == 403 || status == 404) return is_empty || wire::is_unsupported(status, body);
    return status == 405 || status == 501 || (status >= 200 && status < 300);
}

}  // namespace

Error upgrade_refused(int status, std::string_view body) {
    Error error = wire::http_error(status, body);
    error.phase = Phase::first_byte;
    if (status >= 300 && status < 400) {
        error.message = "HTTP " + std::to_string(status) + ": redirects are not followed";
    } else if (lacks_route(status, body)) {
        error.kind = ErrorKind::unsupported;
        error.message = "the server does not offer realtime: it " +
                        std::string(wire::requirement_of("realtime"));
        error.reach = Reach::not_reached;
        error.retryable = false;
    }
    return error;
}

Error step_timed_out(Phase phase, std::string message) {
    return Error{.kind = ErrorKind::timeout,
                 .message = std::move(message),
                 .reach = phase == Phase::between_events ? Reach::executed : Reach::not_reached,
                 .phase = phase,
                 .retryable = phase != Phase::between_events};
}

Error session_cut(const std::string& detail) {
    return Error{.kind = ErrorKind::stream,
                 .message = "the session was cut: " + detail,
                 .reach = Reach::executed,
                 .phase = Phase::between_events};
}

Error closed_by_server(std::uint16_t code, std::string_view reason) {
    std::string message = "the server closed the session with code " + std::to_string(code);
    if (!reason.empty()) message.append(": ").append(reason);
    return Error{.kind = ErrorKind::stream,
                 .message = std::move(message),
                 .reach = Reach::executed,
                 .phase = Phase::between_events};
}

bool is_proper_end(std::uint16_t code) noexcept {
    return code == 0 || code == 1000 || code == 1001 || code == 1005;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::realtime
