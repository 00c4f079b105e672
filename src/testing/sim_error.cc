// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_error.h"

#include <utility>

#include "testing/sim_json_text.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

ApiError bad_request(std::string message) {
    return {.message = std::move(message)};
}

ApiError bad_parameter(std::string message, std::string_view parameter, std::string_view value) {
    message.append(" (parameter=").append(parameter);
    if (!value.empty()) message.append(", value=").append(value);
    message += ')';
    return {.message = std::move(message), .param = std::string(parameter)};
}

ApiError internal_error() {
    return {.status = 500, .type = "InternalServerError", .message = "Internal server error"};
}

ApiError queue_full() {
    return {.status = 503,
            .type = "Service Unavailable",
            .message =
                "The engine is currently busy and cannot accept new requests. Please try "
                "again later or on a different instance."};
}

ApiError token_queue_full() {
    return {.status = 503,
            .type = "Service Unavailable",
            .message =
                "The engine has reached its prefill token backlog limit. Please try again "
                "later or on a different instance."};
}

ApiError error_of_status(int status) {
    if (status == 500) return internal_error();
    if (status == 503) return queue_full();
    const char* const type = status == 404   ? "NotFoundError"
                             : status == 429 ? "RateLimitError"
                             : status < 500  ? "BadRequestError"
                                             : "InternalServerError";
    return {.status = status, .type = type, .message = "simulated fault"};
}

void check_status_fault(const SimFault& fault) {
    if (fault.http_status >= 400) throw ApiFailure(error_of_status(fault.http_status));
}

std::string error_body(const ApiError& error) {
    std::string body = R"({"error":{"message":)";
    append_quoted(body, error.message);
    body += R"(,"type":)";
    append_quoted(body, error.type);
    body += R"(,"param":)";
    error.param ? append_quoted(body, *error.param) : void(body += "null");
    body += R"(,"code":)";
    append_number(body, error.status);
    body += "}}";
    return body;
}

std::string error_event(const ApiError& error) {
    std::string event = R"(data: {"error": {"message": )";
    append_quoted_ascii(event, error.message);
    event += R"(, "type": )";
    append_quoted_ascii(event, error.type);
    event += R"(, "param": )";
    error.param ? append_quoted_ascii(event, *error.param) : void(event += "null");
    event += R"(, "code": )";
    append_number(event, error.status);
    event += "}}\n\n";
    return event;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
