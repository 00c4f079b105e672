// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "support/scripted_server.h"
#include "vllm_client/vllm_client.h"

namespace vllm_client::fault {

using namespace std::chrono_literals;
using support::Script;
using support::ScriptedServer;

/// Options for one endpoint that depend on nothing around the test.
[[nodiscard]] inline ClientOptions options_for(const std::string& url) {
    ClientOptions options;
    options.endpoints = {url};
    options.model = "m";
    options.read_environment = false;
    options.proxy.ignore_environment = true;
    options.health.interval = 0ms;
    return options;
}

/// What a well server does on a connection: a plain chat answer to every request.
[[nodiscard]] inline Script clean() {
    return {support::read_request(),
            support::send(support::http_reply(200, support::chat_completion("fine"))),
            support::loop_from_start()};
}

[[nodiscard]] inline ChatRequest hello() {
    return {.messages = {user("hello")}};
}

/// A server whose first connection follows `fault`; later ones are well.
class FaultyServer {
 public:
    explicit FaultyServer(Script fault) {
        server_.on_connection(
            [fault = std::move(fault)](int index) { return index == 0 ? fault : clean(); });
    }
    [[nodiscard]] ScriptedServer& get() { return server_; }
    [[nodiscard]] std::string url() const { return server_.url(); }

 private:
    ScriptedServer server_;
};

/// The promise behind every row: the same client still serves a clean request.
inline void expect_clean_request(const VllmClient& client) {
    const auto reply = client.chat(hello());
    ASSERT_TRUE(reply.ok()) << reply.error().to_string();
    EXPECT_EQ(reply->text(), "fine");
}

inline void expect_kind(const Error& error, ErrorKind kind) {
    EXPECT_EQ(error.kind, kind) << error.to_string();
}

/// A chat against a server with this fault ends with an error of this kind, and the client goes on.
inline Error chat_error(Script fault, ErrorKind kind, CallOptions call = {}) {
    FaultyServer server(std::move(fault));
    const VllmClient client(options_for(server.url()));
    const auto reply = client.chat(hello(), std::move(call));
    expect_clean_request(client);
    if (reply) {
        ADD_FAILURE() << "no error";
        return {};
    }
    expect_kind(reply.error(), kind);
    return reply.error();
}

}  // namespace vllm_client::fault
