// SPDX-License-Identifier: Apache-2.0
#include "transport/transport_fixture.h"

namespace vllm_client::transport {
namespace {

using support::http_reply;
using support::ScriptedServer;

class ProxyTest : public TransportTest {
 protected:
    [[nodiscard]] static Settings through(const ScriptedServer& proxy, const std::string& url) {
        Settings settings = settings_for(url);
        settings.proxy.url = "http://127.0.0.1:" + std::to_string(proxy.port());
        return settings;
    }
    static void expect_proxy_error(const Seen& seen) {
        expect_error(seen, ErrorKind::connect);
        ASSERT_TRUE(seen.error);
        EXPECT_NE(seen.error->message.find("proxy"), std::string::npos) << seen.error->message;
        EXPECT_EQ(seen.error->reach, Reach::not_reached);
    }
};
VLLM_CLIENT_BOTH_POLLERS(ProxyTest);

TEST_P(ProxyTest, PlainHttpGoesToTheProxyWithTheWholeUrl) {
    ScriptedServer proxy;
    proxy.serve(replies(http_reply(200, "{}")));
    const auto transport = make(through(proxy, "http://far.example:8000"));
    for (int i = 0; i < 3; ++i)
        expect_ok(run(*transport, get("/health")));
    EXPECT_EQ(proxy.requests().at(0).target, "http://far.example:8000/health");
    EXPECT_EQ(proxy.connections_accepted(), 1U);
}

TEST_P(ProxyTest, HttpsGoesThroughATunnel) {
    const support::TlsFiles files;
    ScriptedServer proxy({.tls = {{.identity = files.wrong_host(), .at_once = false}}});
    proxy.serve({support::read_request_head(), support::send("HTTP/1.1 200 OK\r\n\r\n"),
                 support::start_tls(), support::read_request(),
                 support::send(http_reply(200, "{}")), support::wait_for_peer_close()});
    Settings settings = through(proxy, "https://wrong.example:8443");
    settings.tls.ca_bundle = files.authority();
    const auto transport = make(std::move(settings));
    const Seen seen = run(*transport, get("/health"));
    expect_ok(seen);
    EXPECT_FALSE(seen.reply.resends);
    EXPECT_EQ(proxy.requests().at(0).method, "CONNECT");
    EXPECT_EQ(proxy.requests().at(0).target, "wrong.example:8443");
    EXPECT_EQ(proxy.requests().at(1).target, "/health");
}

TEST_P(ProxyTest, ARefusedTunnelIsAConnectErrorThatSaysProxy) {
    for (const int status : {407, 403, 502}) {
        ScriptedServer proxy;
        proxy.serve({support::read_request_head(), support::send(http_reply(status, "no"))});
        const auto transport = make(through(proxy, "https://far.example"));
        expect_proxy_error(run(*transport, get()));
    }
}

TEST_P(ProxyTest, AProxyThatIsNotThereIsAConnectError) {
    auto proxy = std::make_unique<ScriptedServer>();
    Settings settings = through(*proxy, "https://far.example");
    proxy.reset();
    const auto transport = make(std::move(settings));
    expect_error(run(*transport, get()), ErrorKind::connect);
}

TEST_P(ProxyTest, AProxyThatHangsIsAConnectErrorThatSaysProxy) {
    ScriptedServer proxy;
    proxy.serve({support::read_request_head(), support::hold()});
    const auto transport = make(through(proxy, "https://far.example"));
    HttpRequest request = get();
    request.timeouts.connect = std::chrono::milliseconds(60);
    expect_proxy_error(run(*transport, std::move(request)));
}

TEST_P(ProxyTest, HostsOfNoProxyAreReachedDirectly) {
    ScriptedServer proxy;
    ScriptedServer server;
    server.serve(replies(http_reply(200, "{}")));
    Settings settings = through(proxy, server.url());
    settings.proxy.no_proxy = "127.0.0.1";
    const auto transport = make(std::move(settings));
    expect_ok(run(*transport, get()));
    EXPECT_EQ(proxy.connections_accepted(), 0U);
}

}  // namespace
}  // namespace vllm_client::transport
