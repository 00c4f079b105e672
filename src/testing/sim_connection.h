// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "testing/sim_deadline_queue.h"
#include "testing/sim_http.h"
#include "testing/sim_metrics.h"
#include "testing/sim_realtime.h"
#include "testing/sim_request_parser.h"
#include "testing/sim_socket.h"
#include "testing/sim_state.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

class Connection;

/// What a connection needs of its front end.
class ConnectionHost {
 public:
    virtual ~ConnectionHost() = default;
    [[nodiscard]] virtual Workplace& workplace() = 0;
    /// The `date` and `server` lines of now.
    [[nodiscard]] virtual std::string_view common_headers() = 0;
    /// Calls Connection::flush once the current engine step is over.
    virtual void flush_later(Connection& connection) = 0;
    virtual void forget(Connection& connection) = 0;
    [[nodiscard]] virtual DeadlineQueue& idle_queue() = 0;
    /// Null if streams send no comments.
    [[nodiscard]] virtual DeadlineQueue* comment_queue() = 0;
};

/// One HTTP connection: reads requests in order, answers one at a time, and gathers what is to be
/// written. Closed by the peer (a half-close counts), after an answer that says so, or when idle.
class Connection final : public SocketObserver,
                         public std::enable_shared_from_this<Connection>,
                         private ResponseSink {
 public:
    Connection(ConnectionHost& host, std::unique_ptr<Socket> socket);
    /// It has been closed by then.
    ~Connection() override = default;

    void start();
    /// Writes what has been gathered, and goes on with the next request if an answer is complete.
    void flush();
    void close();
    /// Closes if no request is being worked on; else with the end of its answer.
    void drain();

 private:
    std::shared_ptr<SocketObserver> keep() override { return shared_from_this(); }
    void on_bytes(std::string_view bytes) override;
    void on_end() override;
    void on_sent() override;

    void reply(int status, std::string_view content_type, std::string_view body,
               std::string_view extra_headers) override;
    void open_stream() override;
    void write_event(std::string_view event) override;
    void close_stream() override;
    void cut() override;
    [[nodiscard]] bool congested() const override;

    void consume(std::string_view bytes);
    std::size_t parse(std::string_view bytes);
    void serve(const HttpRequest& request);
    void finish_answer();
    void refuse_garbage();
    void write_head(int status, std::string_view extra_headers);
    void end_head(std::string_view content_type);
    void write_chunk(std::string_view bytes);
    void write_comment();
    void gather();
    void wait_idle();
    void read_on();

    ConnectionHost& host_;
    std::unique_ptr<Socket> socket_;
    std::unique_ptr<RequestParser> parser_;
    std::unique_ptr<Call> call_;
    std::unique_ptr<SpeechSession> realtime_;  // once upgraded, takes all input
    std::string input_;                        // received, not yet used
    std::string output_;                       // to be sent
    std::string request_id_;
    DeadlineEntry idle_;
    DeadlineEntry comment_;
    std::size_t route_{0};
    bool busy_{false};       // a request is being answered
    bool answered_{false};   // its answer is complete
    bool head_only_{false};  // it was a HEAD request
    bool keep_alive_{true};  // after this answer
    bool served_{false};     // an answer has been completed
    bool closing_{false};    // close once all is sent
    bool sending_{false};    // the socket still has bytes of ours
    bool was_congested_{false};
    bool gathered_{false};  // flush is due, or under way
    bool reading_{true};
    bool closed_{false};
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
