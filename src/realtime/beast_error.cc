// SPDX-License-Identifier: Apache-2.0
#include "realtime/beast_error.h"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/websocket/error.hpp>

#include "realtime/socket_error.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::realtime {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;

Error connect_error(const error_code& error) {
    return Error{.kind = ErrorKind::connect,
                 .message = "cannot connect: " + error.message(),
                 .phase = Phase::connect,
                 .retryable = true};
}

Error handshake_error(const error_code& error) {
    const bool is_large = error == http::error::header_limit || error == http::error::body_limit ||
                          error == http::error::buffer_overflow;
    // Closed, or refused by TLS 1.3, before there was an answer.
    const bool is_cut = error == http::error::end_of_stream || error == asio::error::eof ||
                        error == asio::error::connection_reset ||
                        error == asio::error::broken_pipe ||
                        error == asio::ssl::error::stream_truncated;
    const ErrorKind kind = error.category() == asio::error::get_ssl_category() ? ErrorKind::tls
                           : is_large                                          ? ErrorKind::limit
                           : is_cut                                            ? ErrorKind::connect
                                    : ErrorKind::protocol;
    return Error{.kind = kind,
                 .message = "the upgrade to WebSocket failed: " + error.message(),
                 .reach = Reach::not_reached,
                 .phase = Phase::first_byte,
                 .retryable = kind == ErrorKind::connect};
}

Error read_error(const error_code& error) {
    Error result = session_cut(error.message());
    if (error == websocket::error::message_too_big || error == websocket::error::buffer_overflow) {
        result.kind = ErrorKind::limit;
        result.message = "an event is larger than limits.event_bytes";
    } else if (error.category() == make_error_code(websocket::error::closed).category()) {
        result.kind = ErrorKind::protocol;
        result.message = "the server broke the WebSocket protocol: " + error.message();
    }
    return result;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::realtime
