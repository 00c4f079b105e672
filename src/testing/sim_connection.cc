// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_connection.h"

#include <utility>

#include "testing/sim_json_text.h"
#include "testing/sim_routes.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

// Above this much unsent output a stream merges its tokens into fewer, larger events.
constexpr std::size_t congestion_bytes = 64U << 10U;
// Above this much input that came before its turn we stop reading.
constexpr std::size_t early_input_bytes = 64U << 10U;
// Buffers that grew beyond this are given back between answers.
constexpr std::size_t kept_bytes = 16U << 10U;

std::string_view reason_of(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 307:
            return "Temporary Redirect";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 422:
            return "Unprocessable Entity";
        case 429:
            return "Too Many Requests";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 502:
            return "Bad Gateway";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        default:
            return "Unknown";
    }
}

}  // namespace

Connection::Connection(ConnectionHost& host, std::unique_ptr<Socket> socket)
    : host_(host),
      socket_(std::move(socket)),
      idle_([this] {
          host_.workplace().metrics.connections_closed_idle.add();
          close();
      }),
      comment_([this] { write_comment(); }) {
    host_.workplace().metrics.connections_open.add();
}

void Connection::start() {
    socket_->start(*this);
}

// --- Input ---------------------------------------------------------------------------------------

void Connection::on_bytes(std::string_view bytes) {
    if (closed_) return;
    idle_.leave();
    reading_ = false;
    gathered_ = true;  // flushed below, so nobody need do it later
    if (input_.empty()) {
        consume(bytes);
    } else {
        input_ += bytes;
        consume(std::exchange(input_, {}));
    }
    flush();
    read_on();
}

void Connection::consume(std::string_view bytes) {
    std::size_t used = 0;
    while (!busy_ && !closing_ && used < bytes.size()) {
        const std::size_t step = parse(bytes.substr(used));
        used += step;
        if (step == 0) break;
    }
    if (realtime_ && !closing_) {
        closing_ = !realtime_->put(bytes.substr(used), output_);
        used = bytes.size();
    }
    if (!closing_) input_ = bytes.substr(used);
}

std::size_t Connection::parse(std::string_view bytes) {
    if (!parser_) parser_ = std::make_unique<RequestParser>();
    const std::size_t used = parser_->put(bytes);
    if (parser_->failed()) {
        refuse_garbage();
    } else if (parser_->done()) {
        const HttpRequest request = parser_->take();
        parser_.reset();
        serve(request);
    } else if (parser_->wants_continue()) {
        output_ += "HTTP/1.1 100 Continue\r\n\r\n";
    }
    return used;
}

void Connection::serve(const HttpRequest& request) {
    Workplace& place = host_.workplace();
    busy_ = true;
    keep_alive_ = request.keep_alive && !place.server.draining;
    head_only_ = request.method == "HEAD";
    const RouteMatch match = find_route(request.path, place.options());
    route_ = match.route;
    place.metrics.requests[route_].add();
    if (!request.web_socket_key.empty()) {
        realtime_ = open_realtime(place, request, host_.common_headers(), output_);
        closing_ = realtime_ == nullptr;
        if (closing_) place.metrics.requests_failed[route_].add();
        return;
    }
    if (place.options().request_id_headers) {
        request_id_ =
            request.request_id.empty() ? place.new_id() + place.new_id() : request.request_id;
    }
    call_ = dispatch(place, request, match, *this);
    if (answered_) finish_answer();
}

void Connection::refuse_garbage() {
    constexpr std::string_view text = "Invalid HTTP request received.";
    output_.append("HTTP/1.1 400 Bad Request\r\n").append(host_.common_headers());
    output_ += "content-type: text/plain; charset=utf-8\r\ncontent-length: 30\r\n";
    output_.append("connection: close\r\n\r\n").append(text);
    closing_ = true;
    input_.clear();
}

void Connection::read_on() {
    if (closed_ || reading_ || (busy_ && input_.size() > early_input_bytes)) return;
    reading_ = true;
    socket_->read();
}

void Connection::on_end() {
    if (closed_) return;
    host_.workplace().metrics.connections_closed_by_peer.add();
    close();
}

// --- Answers -------------------------------------------------------------------------------------

void Connection::write_head(int status, std::string_view extra_headers) {
    if (status >= 400) {
        host_.workplace().metrics.requests_failed[route_].add();
    }
    output_ += "HTTP/1.1 ";
    append_number(output_, status);
    output_.append(" ").append(reason_of(status)).append("\r\n");
    output_.append(host_.common_headers()).append(extra_headers);
}

void Connection::end_head(std::string_view content_type) {
    if (!content_type.empty()) {
        output_.append("content-type: ").append(content_type).append("\r\n");
    }
    output_ += "vary: Origin\r\n";
    if (!request_id_.empty()) {
        output_.append("x-request-id: ").append(request_id_).append("\r\n");
    }
    if (!keep_alive_) output_ += "connection: close\r\n";
}

void Connection::reply(int status, std::string_view content_type, std::string_view body,
                       std::string_view extra_headers) {
    gather();
    write_head(status, extra_headers);
    output_ += "content-length: ";
    append_number(output_, body.size());
    output_ += "\r\n";
    end_head(content_type);
    output_ += "\r\n";
    if (!head_only_) output_ += body;
    answered_ = true;
}

void Connection::open_stream() {
    gather();
    write_head(200, {});
    end_head("text/event-stream; charset=utf-8");
    output_ += "transfer-encoding: chunked\r\n\r\n";
    if (DeadlineQueue* const queue = host_.comment_queue()) queue->join(comment_);
}

void Connection::write_event(std::string_view event) {
    gather();
    write_chunk(event);
    if (DeadlineQueue* const queue = host_.comment_queue()) queue->join(comment_);
}

void Connection::write_chunk(std::string_view bytes) {
    append_hex(output_, bytes.size());
    output_.append("\r\n").append(bytes).append("\r\n");
}

void Connection::write_comment() {
    host_.comment_queue()->join(comment_);
    if (sending_) return;
    write_chunk(": keep-alive\n\n");
    flush();
}

void Connection::close_stream() {
    gather();
    output_ += "0\r\n\r\n";
    comment_.leave();
    answered_ = true;
}

void Connection::cut() {
    gather();
    comment_.leave();
    closing_ = true;
}

bool Connection::congested() const {
    return sending_ && output_.size() > congestion_bytes;
}

void Connection::finish_answer() {
    answered_ = false;
    busy_ = false;
    served_ = true;
    call_.reset();
    request_id_.clear();
    if (!keep_alive_) closing_ = true;
}

// --- Output --------------------------------------------------------------------------------------

void Connection::gather() {
    if (std::exchange(gathered_, true)) return;
    host_.flush_later(*this);
}

void Connection::flush() {
    if (closed_) return;
    gathered_ = true;
    if (answered_) finish_answer();
    if (!busy_ && !closing_ && !input_.empty()) consume(std::exchange(input_, {}));
    was_congested_ = was_congested_ || congested();
    if (!sending_ && !output_.empty()) {
        sending_ = !socket_->send(output_);
        if (output_.capacity() > kept_bytes && output_.empty()) output_.shrink_to_fit();
    }
    gathered_ = false;
    if (closing_ && !sending_ && output_.empty()) return close();
    wait_idle();
    read_on();
}

void Connection::on_sent() {
    if (closed_) return;
    sending_ = false;
    if (call_ && std::exchange(was_congested_, false)) {
        gathered_ = true;
        call_->on_room();
    }
    flush();
}

void Connection::wait_idle() {
    // Nothing is owed to the peer, and it has been served before: the clock runs.
    if (busy_ || sending_ || !input_.empty() || parser_ || !served_) return;
    host_.idle_queue().join(idle_);
}

void Connection::drain() {
    keep_alive_ = false;
    if (busy_ || sending_) return;
    close();
}

void Connection::close() {
    if (std::exchange(closed_, true)) return;
    idle_.leave();
    comment_.leave();
    // The work ends before the peer can see that the connection did.
    call_.reset();
    socket_->close();
    host_.workplace().metrics.connections_open.subtract();
    host_.forget(*this);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
