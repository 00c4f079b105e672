// SPDX-License-Identifier: Apache-2.0
#include "exit_code.h"

#include <utility>

namespace vllm_client::cli {

int exit_code(int http_status) {
    switch (http_status) {
        case 401:
        case 403:
            return exit_refused;
        case 502:
        case 503:
        case 504:
            return exit_unreachable;
        default:
            return http_status < 400 ? exit_success : exit_failure;
    }
}

int exit_code(const Error& error) {
    switch (error.kind) {
        case ErrorKind::config:
        case ErrorKind::unsupported:
            return exit_usage;
        case ErrorKind::connect:
        case ErrorKind::tls:
        case ErrorKind::circuit_open:
            return exit_unreachable;
        case ErrorKind::timeout:
        case ErrorKind::deadline:
            return error.reach == Reach::executed ? exit_failure : exit_unreachable;
        case ErrorKind::cancelled:
            return exit_interrupted;
        case ErrorKind::http:
            return exit_code(error.http_status);
        default:
            return exit_failure;
    }
}

std::string hint(const Error& error) {
    switch (error.kind) {
        case ErrorKind::connect:
            return "is the server running at " +
                   (error.endpoint.empty() ? std::string("that address") : error.endpoint) + "?";
        case ErrorKind::tls:
            return "name the server's authority with --cacert FILE";
        case ErrorKind::timeout:
        case ErrorKind::deadline:
            return "allow more time with --timeout SECONDS";
        case ErrorKind::http:
            break;
        default:
            return {};
    }
    switch (error.http_status) {
        case 401:
        case 403:
            return "give the key with --api-key-file FILE or in VLLM_CLIENT_API_KEY";
        case 404:
            return error.server.param == "model" ? "vllm-client models lists what the server offers"
                                                 : "does this server offer that? check --base-url";
        case 503:
            return "the server is overloaded or still starting; try again";
        default:
            return {};
    }
}

Error usage_error(std::string message) {
    return Error{
        .kind = ErrorKind::config, .message = std::move(message), .phase = Phase::validate};
}

}  // namespace vllm_client::cli
