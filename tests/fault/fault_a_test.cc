// SPDX-License-Identifier: Apache-2.0
// Name and connection.
#include <memory>

#include "fault/fault_fixture.h"
#include "support/raw_client.h"

namespace vllm_client::fault {
namespace {

using Clock = std::chrono::steady_clock;

TEST(FaultA, A1_RefusedConnectionIsKnownAtOnce) {
    auto server = std::make_unique<ScriptedServer>();
    const auto port = server->port();
    const VllmClient client(options_for(server->url()));
    server.reset();
    const auto begun = Clock::now();
    const auto reply = client.chat(hello());
    EXPECT_LT(Clock::now() - begun, 500ms);  // promised: 50 ms; the rest is for busy machines
    ASSERT_FALSE(reply);
    expect_kind(reply.error(), ErrorKind::connect);
    EXPECT_EQ(reply.error().reach, Reach::not_reached);
    EXPECT_TRUE(reply.error().retryable);
    ScriptedServer again({.listen = {.port = port}});
    again.serve(clean());
    expect_clean_request(client);
}

/// Fills a listen queue of one, so that further connection attempts get no answer.
class DeafServer {
 public:
    DeafServer() : server_({.listen = {.backlog = 1}, .accept = false}) {
        for (int i = 0; i < 2; ++i) {
            filling_.push_back(std::make_unique<support::RawClient>(server_.port()));
        }
    }
    [[nodiscard]] std::string url() const { return server_.url(); }

 private:
    ScriptedServer server_;
    std::vector<std::unique_ptr<support::RawClient>> filling_;
};

TEST(FaultA, A2_HangingConnectMeetsTheConnectLimit) {
    const DeafServer deaf;
    ScriptedServer well;
    well.serve(clean());
    ClientOptions options = options_for(deaf.url());
    options.endpoints = {EndpointOptions{.url = deaf.url(), .name = "deaf"},
                         EndpointOptions{.url = well.url(), .name = "well"}};
    options.timeouts.connect = 80ms;
    const VllmClient client(options);
    const auto reply = client.chat(hello(), {.endpoint = "deaf"});
    ASSERT_FALSE(reply);
    expect_kind(reply.error(), ErrorKind::timeout);
    EXPECT_EQ(reply.error().phase, Phase::connect);
    EXPECT_EQ(reply.error().reach, Reach::not_reached);
    EXPECT_TRUE(client.chat(hello(), {.endpoint = "well"}).ok());
}

TEST(FaultA, A3_UnknownNameIsAConnectErrorThatNamesIt) {
    const VllmClient client(options_for("http://no-such-host.invalid:8000"));
    const auto reply = client.chat(hello());
    ASSERT_FALSE(reply);
    expect_kind(reply.error(), ErrorKind::connect);
    EXPECT_NE(reply.error().message.find("no-such-host.invalid"), std::string::npos);
    EXPECT_EQ(reply.error().reach, Reach::not_reached);
}

TEST(FaultA, A6_ADeadFirstAddressIsPassedOver) {
    // The name has an IPv6 and an IPv4 address on most machines; only the second one listens here.
    ScriptedServer server;
    server.serve(clean());
    const VllmClient client(options_for("http://localhost:" + std::to_string(server.port())));
    expect_clean_request(client);
}

TEST(FaultA, A8_AcceptedAndClosedAtOnceIsAConnectError) {
    const Error error = chat_error({support::close()}, ErrorKind::connect);
    EXPECT_NE(error.reach, Reach::executed);
    EXPECT_TRUE(error.retryable);
}

TEST(FaultA, A9_FullListenQueueIsABoundedWait) {
    const DeafServer deaf;
    ClientOptions options = options_for(deaf.url());
    options.timeouts.connect = 80ms;
    const VllmClient client(options);
    std::vector<Call<ChatReply>> calls;
    for (int i = 0; i < 10; ++i)
        calls.push_back(client.chat_async(hello()));
    for (auto& call : calls) {
        const auto reply = std::move(call).get();
        ASSERT_FALSE(reply);
        expect_kind(reply.error(), ErrorKind::timeout);
    }
}

TEST(FaultA, A10_MissingUnixSocketNamesThePath) {
    const support::TemporaryDirectory directory;
    const std::string path = directory.path() / "s.sock";
    const VllmClient client(options_for("unix:" + path));
    const auto reply = client.chat(hello());
    ASSERT_FALSE(reply);
    expect_kind(reply.error(), ErrorKind::connect);
    EXPECT_NE(reply.error().message.find(path), std::string::npos) << reply.error().message;
    EXPECT_FALSE(reply.error().retryable);
}

}  // namespace
}  // namespace vllm_client::fault
