// SPDX-License-Identifier: Apache-2.0
#include "transport/transport_fixture.h"

namespace vllm_client::transport {
namespace {

using support::http_reply;
using support::ScriptedServer;

class UnixSocketTest : public TransportTest {};
VLLM_CLIENT_BOTH_POLLERS(UnixSocketTest);

TEST_P(UnixSocketTest, ServesAndReuses) {
    ScriptedServer server({.listen = {.address = support::ListenOn::unix_socket}});
    server.serve(replies(http_reply(200, "{}")));
    const auto transport = make("unix:" + server.socket_path().string());
    for (int i = 0; i < 5; ++i)
        expect_ok(run(*transport, post("{}")));
    EXPECT_EQ(server.connections_accepted(), 1U);
    EXPECT_EQ(transport->pool_stats().at(0).created, 1U);
    EXPECT_EQ(transport->pool_stats().at(0).reused, 4U);
}

TEST_P(UnixSocketTest, AMissingPathIsAConnectErrorThatNamesIt) {
    const support::TemporaryDirectory directory;
    const std::string path = directory.path() / "missing.sock";
    const auto transport = make("unix:" + path);
    const Seen seen = run(*transport, get());
    expect_error(seen, ErrorKind::connect);
    ASSERT_TRUE(seen.error);
    EXPECT_NE(seen.error->message.find(path), std::string::npos) << seen.error->message;
    EXPECT_EQ(seen.error->reach, Reach::not_reached);
    EXPECT_FALSE(seen.error->retryable);
}

TEST_P(UnixSocketTest, ADeadReusedConnectionIsHidden) {
    ScriptedServer server({.listen = {.address = support::ListenOn::unix_socket}});
    server.on_connection([](int index) {
        if (index > 0) return replies(http_reply(200, "{}"));
        return support::Script{support::read_request(), support::send(http_reply(200, "{}")),
                               support::wait_first_byte(), support::close()};
    });
    const auto transport = make("unix:" + server.socket_path().string());
    expect_ok(run(*transport, get()));
    const Seen seen = run(*transport, get());
    expect_ok(seen);
    EXPECT_EQ(seen.reply.resends, 1U);
}

}  // namespace
}  // namespace vllm_client::transport
