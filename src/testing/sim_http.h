// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// A complete request, as far as the simulator looks at it.
struct HttpRequest {
    std::string method{};
    std::string path{};   ///< Without the query.
    std::string query{};  ///< After the question mark, still encoded.
    std::string host{};
    std::string content_type{};
    std::string authorization{};
    std::string request_id{};  ///< `X-Request-Id`.
    std::string body{};
    std::string web_socket_key{};  ///< Of a request to upgrade to WebSocket, else empty.
    bool keep_alive{true};
    bool has_authorization{false};
};

/// Where an answer goes: the connection of the request. Nothing is written before the current event
/// is handled, so that what belongs together leaves together.
class ResponseSink {
 public:
    virtual ~ResponseSink() = default;

    /// The whole answer. `extra_headers` are complete lines.
    virtual void reply(int status, std::string_view content_type, std::string_view body,
                       std::string_view extra_headers = {}) = 0;

    /// Status 200 and the headers of an event stream, at once.
    virtual void open_stream() = 0;
    /// One HTTP chunk.
    virtual void write_event(std::string_view event) = 0;
    virtual void close_stream() = 0;
    /// Ends the connection in the middle of the answer, after what was written so far.
    virtual void cut() = 0;

    /// The peer reads more slowly than we write; Call::on_room follows.
    [[nodiscard]] virtual bool congested() const = 0;
};

/// A request that is being worked on. Destroyed when its answer is complete, or to abort it. Not
/// destroyed inside a call to its sink.
class Call {
 public:
    Call() = default;
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;
    virtual ~Call() = default;
    /// The sink is no longer congested.
    virtual void on_room() {}
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
