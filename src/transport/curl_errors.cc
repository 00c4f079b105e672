// SPDX-License-Identifier: Apache-2.0
#include "transport/curl_errors.h"

#include <string>

namespace vllm_client::inline VLLM_CLIENT_ABI::transport {
namespace {

ErrorKind kind_of(CURLcode code, Phase phase, bool stream) {
    switch (code) {
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_RESOLVE_PROXY:
        case CURLE_COULDNT_CONNECT:
        case CURLE_PROXY:
            return ErrorKind::connect;
        case CURLE_OPERATION_TIMEDOUT:
            return ErrorKind::timeout;
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CIPHER:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
        case CURLE_SSL_INVALIDCERTSTATUS:
        case CURLE_SSL_ISSUER_ERROR:
        case CURLE_USE_SSL_FAILED:
        case CURLE_SSL_ENGINE_INITFAILED:
        case CURLE_SSL_CLIENTCERT:
            return ErrorKind::tls;
        case CURLE_OUT_OF_MEMORY:
            // So libcurl also calls a single header line above its own bound of 100 KiB.
            return phase == Phase::first_byte ? ErrorKind::limit : ErrorKind::resource;
        case CURLE_URL_MALFORMAT:
            return ErrorKind::config;
        case CURLE_UNSUPPORTED_PROTOCOL:
            // So libcurl also calls an answer without a status line.
            if (phase == Phase::connect) return ErrorKind::config;
            break;
        case CURLE_SEND_ERROR:
        case CURLE_RECV_ERROR:
        case CURLE_GOT_NOTHING:
            if (phase == Phase::connect || phase == Phase::first_byte) return ErrorKind::connect;
            break;
        default:
            break;
    }
    return stream ? ErrorKind::stream : ErrorKind::protocol;
}

bool is_retryable(ErrorKind kind) {
    return kind != ErrorKind::tls && kind != ErrorKind::config && kind != ErrorKind::stream;
}

}  // namespace

Error curl_error(CURLcode code, Phase phase, Reach reach, bool stream, std::string_view detail) {
    Error error;
    error.kind = kind_of(code, phase, stream);
    error.phase = phase;
    error.reach = reach;
    error.retryable = is_retryable(error.kind);
    const bool refused_by_tls = code == CURLE_RECV_ERROR && phase == Phase::first_byte &&
                                detail.find("alert") != std::string_view::npos;
    if (refused_by_tls) {
        // With TLS 1.3 a server that wants a client certificate says so after the handshake.
        error.kind = ErrorKind::tls;
        error.retryable = false;
    }
    const bool about_proxy = code == CURLE_PROXY || code == CURLE_COULDNT_RESOLVE_PROXY ||
                             detail.find("CONNECT tunnel") != std::string_view::npos;
    if (about_proxy) {
        error.kind = ErrorKind::connect;
        error.message = "proxy: ";
    } else if (error.kind == ErrorKind::stream) {
        error.message = "the stream was cut: ";
    }
    error.message += detail.empty() ? std::string_view(curl_easy_strerror(code)) : detail;
    return error;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::transport
