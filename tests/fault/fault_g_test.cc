// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "fault/served_client.h"

namespace vllm_client::fault {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using support::chat_chunk;
using support::chunk;
using support::Script;
using support::sse_event;
using support::sse_reply_head;

std::string begun(const std::vector<std::string>& texts) {
    std::string bytes = sse_reply_head();
    for (const std::string& text : texts)
        bytes += chunk(sse_event(chat_chunk(text)));
    return bytes;
}

TEST(FaultG, G1_EveryRequestEndsExactlyOnce) {
    // Each connection does something else; no request is lost and none ends twice.
    const std::vector<Script> kinds{
        ServedClient::answer(support::http_reply(500, "x")),
        {support::read_request(), support::reset()},
        {support::read_request(), support::close()},
        {support::close()},
        ServedClient::answer("garbage\r\n\r\n"),
        ServedClient::answer(begun({"a"})),
        ServedClient::answer(support::http_reply(200, "no JSON")),
        ServedClient::answer(support::http_reply(200, support::chat_completion(good_text))),
    };
    std::vector<Script> scripts;
    for (int i = 0; i < 200; ++i)
        scripts.push_back(kinds[static_cast<std::size_t>(i) % kinds.size()]);
    const ServedClient client(std::move(scripts));
    constexpr int count = 200;
    std::atomic<int> ends{0};
    for (int i = 0; i < count; ++i) {
        client->chat_async(ask()).on_done([&](const Result<ChatReply>&) { ++ends; });
    }
    client->close(20s);
    EXPECT_EQ(ends, count);
    const auto metrics = client->metrics();
    EXPECT_EQ(metrics.successes + metrics.failures + metrics.cancelled,
              static_cast<std::uint64_t>(count));
    EXPECT_EQ(metrics.in_flight, 0U);
}

TEST(FaultG, G2_TextHandedOutIsATruePrefixWhereverTheStreamIsCut) {
    const std::string whole = begun({"one ", "two ", "three"});
    const std::string text = "one two three";
    for (std::size_t cut = sse_reply_head().size(); cut < whole.size(); cut += 61) {
        const ServedClient client({ServedClient::answer(whole.substr(0, cut))});
        std::string handed_out;
        try {
            for (auto& delta : client->chat_stream(ask()))
                handed_out += delta.text();
            ADD_FAILURE() << "a cut stream looked complete at " << cut;
        } catch (const Exception& exception) {
            EXPECT_EQ(text.rfind(handed_out, 0), 0U) << handed_out;
            const auto& partial = exception.error().partial;
            EXPECT_EQ(partial.empty() ? "" : partial[0], handed_out);
        }
    }
}

TEST(FaultG, G3_TheErrorSaysHowFarTheRequestGot) {
    const auto reach_of = [](Script script) {
        const ServedClient client({std::move(script)});
        const auto reply = client->chat(ask());
        client.expect_works();
        EXPECT_FALSE(reply.ok());
        return reply.error().reach;
    };
    EXPECT_EQ(reach_of({support::read_request(), support::reset()}), Reach::unknown);
    EXPECT_EQ(reach_of({support::read_request(),
                        support::send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"),
                        support::close()}),
              Reach::executed);
    ClientOptions options{.endpoints = {"http://127.0.0.1:1"}};
    options.read_environment = false;
    const auto refused = VllmClient(std::move(options)).chat(ask());
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().kind, ErrorKind::connect);
    EXPECT_EQ(refused.error().reach, Reach::not_reached);
}

TEST(FaultG, G4_TheRequestIdGoesWithTheRequestAndComesBackInTheError) {
    ServedClient client({ServedClient::answer(support::http_reply(500, "x"))});
    const auto reply = client->chat(ask(), {.request_id = "id-7"});
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.error().request_id, "id-7");
    EXPECT_EQ(client.server().requests().at(0).header("X-Request-Id"), "id-7");
    client.expect_works();
}

TEST(FaultG, G5_TheDeadlineCoversWaitingForAConnection) {
    ClientOptions options;
    options.pool.max_connections = 1;
    const ServedClient client({{support::read_request(), support::wait_for_peer_close()}}, options);
    auto first = client->chat_async(ask());
    CallOptions call;
    call.timeouts.total = 100ms;
    const auto begin = Clock::now();
    const auto second = client->chat(ask(), call);
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().kind, ErrorKind::deadline);
    EXPECT_EQ(second.error().phase, Phase::queue);
    EXPECT_EQ(second.error().reach, Reach::not_reached);
    EXPECT_GE(Clock::now() - begin, 100ms);
    EXPECT_LT(Clock::now() - begin, 10s);
    first.cancel();
    client.expect_works();
}

TEST(FaultG, G5_TheDeadlineCoversTheWholeStream) {
    Script script{support::read_request(), support::send(begun({"Hel"}))};
    for (int i = 0; i < 100; ++i) {
        script.push_back(support::pause(20ms));
        script.push_back(support::send(chunk(": alive\n\n")));
    }
    ClientOptions options;
    options.timeouts.total = 300ms;
    const ServedClient client({script}, options);
    const auto reply = client.stream();
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.error().kind, ErrorKind::deadline);
    EXPECT_EQ(reply.error().partial, std::vector<std::string>{"Hel"});
    client.expect_works();
}

TEST(FaultG, G7_AnAnswerLargerThanItsLimitIsALimitError) {
    ClientOptions options;
    options.limits.body_bytes = 1000;
    const ServedClient client({ServedClient::answer(support::http_reply(
                                  200, support::chat_completion(std::string(2000, 'x'))))},
                              options);
    const auto reply = client->chat(ask());
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.error().kind, ErrorKind::limit);
    client.expect_works();
}

TEST(FaultG, G8_KeysAndPromptsNeverReachLogsAndErrors) {
    std::mutex mutex;
    std::string all;
    const auto note = [&](std::string_view text) {
        const std::lock_guard lock(mutex);
        all.append(text).push_back('\n');
    };
    ClientOptions options{.api_key = "s3cret-key"};
    options.log_sink = [&](LogLevel, std::string_view line) { note(line); };
    options.log_level = LogLevel::debug;
    const ServedClient client({ServedClient::answer(support::http_reply(500, "x")),
                               {support::read_request(), support::reset()},
                               ServedClient::answer(begun({"s3cret-answer"}) + "oops"),
                               ServedClient::answer(support::http_reply(200, "s3cret-answer"))},
                              options);
    const ChatRequest request{.messages = {user("s3cret-prompt")}};
    for (int i = 0; i < 4; ++i) {
        const auto reply = i == 2 ? client->chat_stream(request).collect() : client->chat(request);
        ASSERT_FALSE(reply.ok());
        note(reply.error().to_string());
    }
    EXPECT_EQ(all.find("s3cret"), std::string::npos) << all;
    client.expect_works();
}

}  // namespace
}  // namespace vllm_client::fault
