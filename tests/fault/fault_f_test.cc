// SPDX-License-Identifier: Apache-2.0
// Process and system.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <memory>

#include "fault/fault_fixture.h"
#include "support/file_descriptor.h"

namespace vllm_client::fault {
namespace {

TEST(FaultF, F1_APeerThatIsGoneWhileWeWriteKillsNobody) {
    for (const auto disposition : {SIG_DFL, SIG_IGN}) {
        const auto before = std::signal(SIGPIPE, disposition);
        FaultyServer server({support::read_bytes(100), support::reset()});
        const VllmClient client(options_for(server.url()));
        const std::string prompt(30'000'000, 'x');  // NOLINT(bugprone-string-constructor)
        const auto reply = client.chat({.messages = {user(prompt)}});
        ASSERT_FALSE(reply);
        EXPECT_NE(reply.error().reach, Reach::executed);
        expect_clean_request(client);
        EXPECT_EQ(std::signal(SIGPIPE, before), disposition);
    }
}

TEST(FaultF, F3_WithoutDescriptorsItIsResourceAndRecovers) {
    ScriptedServer server;
    server.serve({support::read_request(),
                  support::send(support::http_reply(200, support::chat_completion("fine"),
                                                    {{"Connection", "close"}}))});
    const VllmClient client(options_for(server.url()));
    expect_clean_request(client);
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    std::vector<support::FileDescriptor> taken;
    ASSERT_TRUE(server.wait_until([&] { return server.connections_open() == 0; }));
    const rlimit few{std::min<rlim_t>(before.rlim_cur, 256), before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
    for (;;) {
        support::FileDescriptor next(::dup(0));
        if (!next.valid()) break;
        taken.push_back(std::move(next));
    }
    const auto reply = client.chat(hello());
    taken.clear();
    ::setrlimit(RLIMIT_NOFILE, &before);
    ASSERT_FALSE(reply);
    expect_kind(reply.error(), ErrorKind::resource);
    EXPECT_EQ(reply.error().reach, Reach::not_reached);
    expect_clean_request(client);
}

TEST(FaultF, F8_AForkedChildGetsClosedAndMayMakeItsOwn) {
    ScriptedServer server;
    server.serve(clean());
    const VllmClient client(options_for(server.url()));
    expect_clean_request(client);
    const pid_t child = ::fork();
    if (child == 0) {
        const auto reply = client.chat(hello());
        const bool closed = !reply && reply.error().kind == ErrorKind::closed;
        const VllmClient own(options_for(server.url()));
        const bool served = own.chat(hello()).ok();
        ::_exit(closed && served ? 0 : (closed ? 2 : 1));
    }
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
    expect_clean_request(client);
}

TEST(FaultF, F10_DestroyingTheClientEndsEverythingOnce) {
    ScriptedServer server;
    server.on_connection([](int index) {
        if (index == 0) {
            return Script{support::read_request(), support::send(support::sse_reply_head()),
                          support::hold()};
        }
        return Script{support::read_request(), support::hold()};
    });
    ClientOptions options = options_for(server.url());
    options.pool.max_connections = 3;
    auto client = std::make_unique<VllmClient>(options);
    auto stream = client->chat_stream(hello());
    ASSERT_TRUE(server.wait_until([&] { return server.request_count() == 1; }));
    std::atomic<int> ends{0};
    for (int i = 0; i < 20; ++i) {
        client->chat_async(hello()).on_done([&ends](Result<ChatReply> reply) {
            if (!reply && reply.error().kind == ErrorKind::cancelled) ++ends;
        });
    }
    ASSERT_TRUE(server.wait_until([&] { return server.request_count() == 3; }));
    const auto begun = std::chrono::steady_clock::now();
    client.reset();
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 1s);
    EXPECT_EQ(ends, 20);
    const auto reply = stream.collect();
    ASSERT_FALSE(reply);
    expect_kind(reply.error(), ErrorKind::cancelled);
}

TEST(FaultF, F15_TenThousandCancelsAtOnceAreSafe) {
    ScriptedServer server;
    server.on_connection([](int index) {
        return index < 32 ? Script{support::read_request(), support::hold()} : clean();
    });
    ClientOptions options = options_for(server.url());
    options.pool.max_connections = 32;
    const VllmClient client(options);
    std::vector<Call<ChatReply>> calls;
    for (int i = 0; i < 10'000; ++i)
        calls.push_back(client.chat_async(hello()));
    ASSERT_TRUE(server.wait_until([&] { return server.request_count() >= 32; }));
    for (auto& call : calls)
        call.cancel();
    for (auto& call : calls)
        call.cancel();
    for (auto& call : calls) {
        const auto reply = std::move(call).get();
        if (!reply) expect_kind(reply.error(), ErrorKind::cancelled);
    }
    EXPECT_EQ(client.metrics().in_flight, 0U);
    expect_clean_request(client);
}

}  // namespace
}  // namespace vllm_client::fault
