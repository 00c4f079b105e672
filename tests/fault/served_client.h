// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "support/scripted_server.h"
#include "vllm_client/vllm_client.h"

namespace vllm_client::fault {

inline constexpr const char* good_text = "all is well";

inline ChatRequest ask() {
    return {.messages = {user("Hi")}};
}

/// A stream's head and these bytes, one HTTP chunk each, then the body's end.
inline std::string stream_of(const std::vector<std::string>& pieces) {
    return support::sse_reply_head() + support::chunked(pieces);
}

/// A client of a scripted server: the first connections do what the test says; a request on any
/// later one gets a good answer, streamed if it asks for that.
class ServedClient {
 public:
    explicit ServedClient(std::vector<support::Script> faults, ClientOptions options = {})
        : client_(for_server(std::move(faults), std::move(options))) {}

    [[nodiscard]] const VllmClient& operator*() const noexcept { return client_; }
    [[nodiscard]] const VllmClient* operator->() const noexcept { return &client_; }
    [[nodiscard]] support::ScriptedServer& server() noexcept { return server_; }

    /// Collects one stream.
    [[nodiscard]] Result<ChatReply> stream() const { return client_.chat_stream(ask()).collect(); }
    /// After a fault the same client serves clean requests, streamed and plain.
    void expect_works() const {
        // The connection that the fault left usable, if any, goes on with its own script.
        const auto streamed = stream();
        ASSERT_TRUE(streamed.ok()) << streamed.error().to_string();
        EXPECT_EQ(streamed->text(), good_text);
        const auto plain = client_.chat(ask());
        ASSERT_TRUE(plain.ok()) << plain.error().to_string();
        EXPECT_EQ(plain->text(), good_text);
    }

    /// A whole good answer to `request`.
    static std::string good_answer(const support::ReceivedRequest& request) {
        const bool streams = request.body.find("\"stream\":true") != std::string::npos;
        return streams ? support::chat_stream_reply({"all ", "is well"})
                       : support::http_reply(200, support::chat_completion(good_text));
    }
    /// Answers with these bytes and closes.
    static support::Script answer(std::string bytes) {
        return {support::read_request(), support::send(std::move(bytes)), support::close()};
    }
    /// Answers one request with these bytes, and good ones to all that follow.
    static support::Script answer_once(std::string bytes) {
        return {support::read_request(), support::send(std::move(bytes)),
                support::call([](support::Connection& connection) {
                    while (const auto* request = connection.read_request()) {
                        if (!connection.send(good_answer(*request))) return;
                    }
                })};
    }

 private:
    ClientOptions for_server(std::vector<support::Script> faults, ClientOptions options) {
        const support::Script good{support::read_request(), support::send_reply(good_answer),
                                   support::loop_from_start()};
        faults.push_back(good);
        server_.serve_in_order(std::move(faults));
        options.endpoints = {server_.url()};
        options.read_environment = false;
        options.health.interval = std::chrono::milliseconds(0);
        return options;
    }

    support::ScriptedServer server_;
    VllmClient client_;
};

}  // namespace vllm_client::fault
