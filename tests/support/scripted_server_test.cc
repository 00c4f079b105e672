// SPDX-License-Identifier: Apache-2.0
#include "support/scripted_server.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <string>
#include <system_error>
#include <vector>

#include "support/raw_client.h"

namespace vllm_client::support {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using Clock = std::chrono::steady_clock;

const std::string get_request = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
const std::string ok_reply = http_reply(200, "{}");

/// Leaves the process a small number of descriptors for as long as it lives.
class FewDescriptors {
 public:
    FewDescriptors() {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        const rlimit few{std::min<rlim_t>(before_.rlim_cur, 256), before_.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &few);
    }
    ~FewDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
    FewDescriptors(const FewDescriptors&) = delete;
    FewDescriptors& operator=(const FewDescriptors&) = delete;

 private:
    rlimit before_{};
};

std::size_t open_descriptors() {
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

TEST(ScriptedServer, SendsExactlyTheScriptedBytes) {
    ScriptedServer server;
    server.serve({read_request(), send("garbage\0\xff"s), close()});
    RawClient client(server.port());
    client.send(get_request);
    EXPECT_EQ(client.read_to_end(), "garbage\0\xff"s);
    EXPECT_FALSE(client.was_reset());
}

TEST(ScriptedServer, RecordsRequests) {
    ScriptedServer server;
    server.serve({read_request(), send(ok_reply), loop_from_start()});
    RawClient first(server.port());
    first.send("POST /x HTTP/1.1\r\nA-b: C\r\nContent-Length: 3\r\n\r\nabc");
    EXPECT_EQ(first.read(ok_reply.size()), ok_reply);
    RawClient second(server.port());
    second.send(get_request);
    EXPECT_EQ(second.read(ok_reply.size()), ok_reply);

    const auto requests = server.requests();
    ASSERT_EQ(requests.size(), 2U);
    EXPECT_EQ(requests[0].connection, 0);
    EXPECT_EQ(requests[0].method, "POST");
    EXPECT_EQ(requests[0].header("a-B"), "C");
    EXPECT_EQ(requests[0].body, "abc");
    EXPECT_EQ(requests[1].connection, 1);
    EXPECT_EQ(requests[1].raw, get_request);
    EXPECT_LE(requests[0].received_at, requests[1].received_at);
}

TEST(ScriptedServer, ServesManyRequestsOnOneConnection) {
    ScriptedServer server;
    server.serve({read_request(), send(ok_reply), loop_from_start()});
    RawClient client(server.port());
    for (int round = 0; round < 100; ++round) {
        client.send(get_request);
        ASSERT_EQ(client.read(ok_reply.size()), ok_reply);
    }
    EXPECT_EQ(server.request_count(), 100U);
    EXPECT_EQ(server.connections_accepted(), 1U);
    EXPECT_EQ(server.connections().at(0).requests, 100);
}

TEST(ScriptedServer, UsesScriptsInOrderAndRepeatsTheLast) {
    ScriptedServer server;
    server.serve_in_order({{send("first"), close()}, {send("second")}, {send("later")}});
    std::string all;
    for (int round = 0; round < 4; ++round)
        all += RawClient(server.port()).read_to_end() + ' ';
    EXPECT_EQ(all, "first second later later ");
}

TEST(ScriptedServer, AsksForTheScriptOfEachConnection) {
    ScriptedServer server;
    server.on_connection([](int index) { return Script{send(std::to_string(index))}; });
    EXPECT_EQ(RawClient(server.port()).read_to_end(), "0");
    EXPECT_EQ(RawClient(server.port()).read_to_end(), "1");
}

TEST(ScriptedServer, ClosesAtOnceWithoutAScript) {
    const ScriptedServer server;
    EXPECT_EQ(RawClient(server.port()).read_to_end(), "");
}

TEST(ScriptedServer, RespondsFromTheRequest) {
    ScriptedServer server;
    server.respond([](const ReceivedRequest& request) { return http_reply(200, request.target); });
    RawClient client(server.port());
    for (const char* const target : {"/1", "/22"}) {
        client.send(std::string("GET ") + target + " HTTP/1.1\r\n\r\n");
        const std::string expected = http_reply(200, target);
        EXPECT_EQ(client.read(expected.size()), expected);
    }
}

TEST(ScriptedServer, ResponderEndsConnectionWhenItSaysSo) {
    ScriptedServer server;
    const std::string last = http_reply(200, "", {{"connection", "Close"}});
    server.respond([&](const ReceivedRequest&) { return std::string(last); });
    RawClient polite(server.port());
    polite.send(get_request);
    EXPECT_EQ(polite.read_to_end(), last);

    server.respond([](const ReceivedRequest&) { return std::string(); });
    RawClient ignored(server.port());
    ignored.send(get_request);
    EXPECT_EQ(ignored.read_to_end(), "");
}

TEST(ScriptedServer, RepliesFromTheLastRequestInsideAScript) {
    ScriptedServer server;
    server.serve({read_request(), send("<"),
                  send_reply([](const auto& request) { return request.method; }), send(">")});
    RawClient client(server.port());
    client.send(get_request);
    EXPECT_EQ(client.read_to_end(), "<GET>");
}

TEST(ScriptedServer, SplitsWhereAsked) {
    ScriptedServer server;
    server.serve_in_order({{send_split("abcdef", {2}, 1h)}, {send_split("abcdef", {0, 2, 2, 9})}});
    RawClient interrupted(server.port());
    EXPECT_EQ(interrupted.read(2), "ab");
    const auto sent = [&] { return server.connections().at(0).bytes_sent; };
    EXPECT_TRUE(server.wait_until([&] { return sent() == 2; }));
    EXPECT_EQ(RawClient(server.port()).read_to_end(), "abcdef");
}

TEST(ScriptedServer, DribblesByteByByte) {
    ScriptedServer server;
    server.serve({send_each_byte("abcde", 5ms)});
    RawClient client(server.port());
    const auto start = Clock::now();
    EXPECT_EQ(client.read_to_end(), "abcde");
    EXPECT_GE(Clock::now() - start, 20ms);
}

TEST(ScriptedServer, PausesAtLeastAsLongAsAsked) {
    ScriptedServer server;
    server.serve({pause(30ms), send("late")});
    const auto start = Clock::now();
    RawClient client(server.port());
    EXPECT_EQ(client.read_to_end(), "late");
    EXPECT_GE(Clock::now() - start, 30ms);
}

TEST(ScriptedServer, WaitsForTheTestsGate) {
    ScriptedServer server;
    const Gate reached;
    const Gate go_on;
    server.serve({open(reached), wait_for(go_on), send("now")});
    RawClient client(server.port());
    ASSERT_TRUE(reached.wait(30s));
    EXPECT_EQ(server.connections().at(0).bytes_sent, 0U);
    go_on.open();
    EXPECT_EQ(client.read_to_end(), "now");
}

TEST(ScriptedServer, ResetIsSeenAsReset) {
    ScriptedServer server;
    server.serve({read_request(), send("part"), read_bytes(1), reset()});
    RawClient client(server.port());
    client.send(get_request);
    EXPECT_EQ(client.read(4), "part");
    client.send("x");
    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_TRUE(client.was_reset());
}

TEST(ScriptedServer, FirstByteStaysUnreadSoThatCloseResets) {
    ScriptedServer server;
    server.serve({wait_first_byte(), close()});
    RawClient client(server.port());
    client.send("x");
    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_TRUE(client.was_reset());
    EXPECT_EQ(server.connections().at(0).bytes_received, 0U);
}

TEST(ScriptedServer, HalfCloseStillReads) {
    ScriptedServer server;
    server.serve({send("bye"), half_close(), read_request()});
    RawClient client(server.port());
    EXPECT_EQ(client.read_to_end(), "bye");
    client.send(get_request);
    EXPECT_TRUE(server.wait_until([&] { return server.request_count() == 1; }));
}

TEST(ScriptedServer, ReadsHeadBeforeTheBodyComes) {
    ScriptedServer server;
    server.serve({read_request_head(), send("go"), read_bytes(3), send("done")});
    RawClient client(server.port());
    client.send("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n");
    EXPECT_EQ(client.read(2), "go");
    client.send("abc");
    EXPECT_EQ(client.read_to_end(), "done");
}

TEST(ScriptedServer, HoldRecordsWhenThePeerCloses) {
    ScriptedServer server;
    server.serve({hold()});
    RawClient client(server.port());
    client.send("unread");
    ASSERT_TRUE(server.wait_until([&] { return server.connections_open() == 1; }));
    EXPECT_EQ(server.peer_closed_count(), 0U);
    const auto before = Clock::now();
    client.close();
    ASSERT_TRUE(server.wait_until([&] { return server.connections_open() == 0; }));
    const ConnectionRecord record = server.connections().at(0);
    EXPECT_EQ(record.peer_end, PeerEnd::closed);
    EXPECT_GE(record.peer_ended_at, before);
    EXPECT_EQ(record.bytes_received, 0U);
    EXPECT_EQ(server.peer_closed_count(), 1U);
}

TEST(ScriptedServer, TellsPeersResetFromClose) {
    ScriptedServer server;
    server.serve_in_order({{hold()}, {wait_for_peer_close()}});
    for (int round = 0; round < 2; ++round) {
        RawClient client(server.port());
        ASSERT_TRUE(server.wait_until([&] { return server.connections_open() == 1; }));
        client.reset();
        ASSERT_TRUE(server.wait_until([&] { return server.connections_open() == 0; }));
        EXPECT_EQ(server.connections().back().peer_end, PeerEnd::reset);
    }
}

TEST(ScriptedServer, PeerCloseIsSeenBehindUnreadData) {
    ScriptedServer server;
    const Gate seen;
    server.serve({wait_for_peer_close(), open(seen)});
    RawClient client(server.port());
    client.send(std::string(4'000'000, 'x'));
    client.close();
    EXPECT_TRUE(seen.wait(30s));
    EXPECT_EQ(server.connections().at(0).bytes_received, 4'000'000U);
}

TEST(ScriptedServer, SendsEndlesslyUntilThePeerIsGone) {
    ScriptedServer server;
    server.serve({send_endlessly("0123456789")});
    RawClient client(server.port());
    EXPECT_EQ(client.read(25), "0123456789012345678901234");
    client.close();
    EXPECT_TRUE(server.wait_until([&] { return server.connections_open() == 0; }));
    EXPECT_EQ(server.peer_closed_count(), 1U);
}

TEST(ScriptedServer, NotesUnreadableRequests) {
    ScriptedServer server;
    server.serve({read_request()});
    RawClient client(server.port());
    client.send("nonsense\r\n\r\n");
    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_EQ(server.connections().at(0).problem, "bad request line: nonsense");
    EXPECT_EQ(server.request_count(), 0U);
}

TEST(ScriptedServer, WaitUntilGivesUpAtItsTimeout) {
    const ScriptedServer server;
    EXPECT_FALSE(server.wait_until([] { return false; }, 1ms));
}

TEST(ScriptedServer, SmallBuffersMakeBackPressureVisible) {
    ScriptedServer server({.listen = {.send_buffer = 4096}});
    server.serve({send(std::string(1'000'000, 'x'))});
    RawClient client(server.port());
    EXPECT_EQ(client.read(1000).size(), 1000U);
    EXPECT_FALSE(server.wait_until([&] { return server.connections_open() == 0; }, 20ms));
    EXPECT_EQ(client.read_to_end().size(), 999'000U);
}

TEST(ScriptedServer, ListensOnIpv6) {
    ScriptedServer server({.listen = {.address = ListenOn::ipv6_loopback}});
    server.serve({send("six")});
    EXPECT_EQ(RawClient(server.port(), ListenOn::ipv6_loopback).read_to_end(), "six");
    EXPECT_EQ(server.url(), "http://[::1]:" + std::to_string(server.port()));
}

TEST(ScriptedServer, ListensOnUnixSocket) {
    std::filesystem::path path;
    {
        ScriptedServer server({.listen = {.address = ListenOn::unix_socket}});
        path = server.socket_path();
        server.serve({read_request(), send(ok_reply), hold()});
        RawClient client(path);
        client.send(get_request);
        EXPECT_EQ(client.read(ok_reply.size()), ok_reply);
        client.close();
        EXPECT_TRUE(server.wait_until([&] { return server.peer_closed_count() == 1; }));
        EXPECT_EQ(server.url(), "http://localhost");
        EXPECT_EQ(server.port(), 0);
    }
    EXPECT_FALSE(std::filesystem::exists(path.parent_path()));
}

TEST(ScriptedServer, NobodyIsServedWithoutAccept) {
    ScriptedServer server({.listen = {.backlog = 0}, .accept = false});
    server.serve({send("never")});
    const RawClient waiting_in_queue(server.port());
    EXPECT_EQ(server.connections_accepted(), 0U);
}

TEST(ScriptedServer, KeepsOnlyCountsWhenAsked) {
    ScriptedServer server({.keep_records = false});
    server.respond([](const ReceivedRequest&) { return ok_reply; });
    RawClient client(server.port());
    client.send(get_request);
    EXPECT_EQ(client.read(ok_reply.size()), ok_reply);
    client.close();
    EXPECT_TRUE(server.wait_until([&] { return server.connections_open() == 0; }));
    EXPECT_EQ(server.request_count(), 1U);
    EXPECT_EQ(server.connections_accepted(), 1U);
    EXPECT_EQ(server.peer_closed_count(), 1U);
    EXPECT_TRUE(server.requests().empty());
    EXPECT_TRUE(server.connections().empty());
}

TEST(ScriptedServer, RefusesConnectionsOnceStopped) {
    ScriptedServer server;
    server.serve({hold()});
    RawClient client(server.port());
    server.stop();
    (void)client.read_to_end();
    EXPECT_EQ(server.connections_open(), 0U);
    EXPECT_THROW(RawClient(server.port()), std::system_error);
    server.stop();
}

TEST(ScriptedServer, CanComeBackOnTheSamePort) {
    std::uint16_t port = 0;
    for (int round = 0; round < 3; ++round) {
        ScriptedServer server({.listen = {.port = port}});
        server.serve({send("up")});
        port = server.port();
        EXPECT_EQ(RawClient(port).read_to_end(), "up");
    }
}

TEST(ScriptedServer, ServesTwoHundredConnectionsAtOnce) {
    ScriptedServer server;
    const Gate all_here;
    server.serve({read_request(), wait_for(all_here), send(ok_reply)});
    std::vector<RawClient> clients;
    for (int count = 0; count < 200; ++count) {
        clients.emplace_back(server.port()).send(get_request);
    }
    EXPECT_TRUE(server.wait_until([&] { return server.request_count() == 200; }));
    EXPECT_EQ(server.connections_open(), 200U);
    all_here.open();
    for (RawClient& client : clients)
        EXPECT_EQ(client.read_to_end(), ok_reply);
}

TEST(ScriptedServer, StaysFastAndLeakFreeOverThousandsOfConnections) {
    ScriptedServer server;
    server.serve({read_request(), send(ok_reply), close()});
    const std::size_t descriptors = open_descriptors();
    for (int count = 0; count < 3000; ++count) {
        RawClient client(server.port());
        client.send(get_request);
        ASSERT_EQ(client.read_to_end(), ok_reply);
    }
    EXPECT_TRUE(server.wait_until([&] { return server.connections_open() == 0; }));
    EXPECT_EQ(open_descriptors(), descriptors);
}

TEST(ScriptedServer, ServesOnceDescriptorsAreFreeAgain) {
    ScriptedServer server;
    server.serve({send("late")});
    // Its threads are under way before the descriptors go.
    EXPECT_EQ(RawClient(server.port()).read_to_end(), "late");
    const FewDescriptors limit;
    std::vector<FileDescriptor> fillers;
    do {
        fillers.emplace_back(::dup(STDIN_FILENO));
    } while (fillers.back().valid());
    fillers.pop_back();
    fillers.pop_back();
    RawClient client(server.port());  // takes the one descriptor left, so accept finds none
    EXPECT_FALSE(server.wait_until([&] { return server.connections_accepted() > 1; }, 20ms));
    fillers.clear();
    EXPECT_EQ(client.read_to_end(), "late");
}

TEST(ScriptedServer, StopEndsEveryKindOfWaitPromptly) {
    std::vector<Script> scripts{{hold()},
                                {wait_for_peer_close()},
                                {read_request()},
                                {wait_first_byte()},
                                {wait_for(Gate())},
                                {pause(1h)},
                                {send_endlessly(std::string(100'000, 'x'))},
                                {send_each_byte("abc", 1h)}};
    const std::size_t kinds = scripts.size();
    ScriptedServer server;
    server.on_connection(
        [&](int index) { return scripts[static_cast<std::size_t>(index) % scripts.size()]; });
    std::vector<RawClient> clients;
    for (std::size_t count = 0; count < 25 * kinds; ++count)
        clients.emplace_back(server.port());
    ASSERT_TRUE(server.wait_until([&] { return server.connections_open() == clients.size(); }));
    const auto start = Clock::now();
    server.stop();
    EXPECT_LT(Clock::now() - start, 1s);
    EXPECT_EQ(server.connections_open(), 0U);
}

}  // namespace
}  // namespace vllm_client::support
