// SPDX-License-Identifier: Apache-2.0
#include <chrono>

#include "c_api/boundary.h"
#include "c_api/out_of_memory.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::c_api {
namespace {

// C counts from 1, so that 0 is no error.
constexpr vllm_client_error_code code_of(ErrorKind kind) {
    return static_cast<vllm_client_error_code>(static_cast<int>(kind) + 1);
}
constexpr bool same(vllm_client_error_code code, ErrorKind kind) {
    return code == code_of(kind);
}
static_assert(same(VLLM_CLIENT_ERROR_CONNECT, ErrorKind::connect) &&
              same(VLLM_CLIENT_ERROR_TIMEOUT, ErrorKind::timeout) &&
              same(VLLM_CLIENT_ERROR_TLS, ErrorKind::tls) &&
              same(VLLM_CLIENT_ERROR_PROTOCOL, ErrorKind::protocol) &&
              same(VLLM_CLIENT_ERROR_HTTP, ErrorKind::http) &&
              same(VLLM_CLIENT_ERROR_STREAM, ErrorKind::stream) &&
              same(VLLM_CLIENT_ERROR_DECODE, ErrorKind::decode) &&
              same(VLLM_CLIENT_ERROR_LIMIT, ErrorKind::limit) &&
              same(VLLM_CLIENT_ERROR_CANCELLED, ErrorKind::cancelled) &&
              same(VLLM_CLIENT_ERROR_DEADLINE, ErrorKind::deadline) &&
              same(VLLM_CLIENT_ERROR_QUEUE_FULL, ErrorKind::queue_full) &&
              same(VLLM_CLIENT_ERROR_CIRCUIT_OPEN, ErrorKind::circuit_open) &&
              same(VLLM_CLIENT_ERROR_CONFIG, ErrorKind::config) &&
              same(VLLM_CLIENT_ERROR_CLOSED, ErrorKind::closed) &&
              same(VLLM_CLIENT_ERROR_RESOURCE, ErrorKind::resource) &&
              same(VLLM_CLIENT_ERROR_UNSUPPORTED, ErrorKind::unsupported));

}  // namespace
}  // namespace vllm_client::inline VLLM_CLIENT_ABI::c_api

vllm_client_error_code vllm_client_error_get_code(const vllm_client_error* error) {
    if (error == nullptr) return VLLM_CLIENT_ERROR_NONE;
    return vllm_client::c_api::code_of(error->error.kind);
}

const char* vllm_client_error_kind(const vllm_client_error* error) {
    // The names are literals, so a NUL follows them.
    return error == nullptr ? "" : vllm_client::to_string(error->error.kind).data();
}

const char* vllm_client_error_message(const vllm_client_error* error) {
    return error == nullptr ? "" : error->error.message.c_str();
}

const char* vllm_client_error_text(const vllm_client_error* error) {
    return error == nullptr ? "" : error->text.c_str();
}

int vllm_client_error_http_status(const vllm_client_error* error) {
    return error == nullptr ? 0 : error->error.http_status;
}

const char* vllm_client_error_server_message(const vllm_client_error* error) {
    return error == nullptr ? "" : error->error.server.message.c_str();
}

const char* vllm_client_error_request_id(const vllm_client_error* error) {
    return error == nullptr ? "" : error->error.request_id.c_str();
}

int vllm_client_error_retryable(const vllm_client_error* error) {
    return error != nullptr && error->error.retryable ? 1 : 0;
}

double vllm_client_error_retry_after(const vllm_client_error* error) {
    if (error == nullptr || !error->error.retry_after) return -1;
    return std::chrono::duration<double>(*error->error.retry_after).count();
}

const char* vllm_client_error_partial(const vllm_client_error* error, size_t choice) {
    if (error == nullptr || choice >= error->error.partial.size()) return "";
    return error->error.partial[choice].c_str();
}

void vllm_client_error_free(vllm_client_error* error) {
    if (error != vllm_client::c_api::out_of_memory()) delete error;
}
