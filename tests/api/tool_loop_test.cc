// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/tool_loop.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "api/fake_client.h"
#include "api/tool_reply.h"
#include "vllm_client/detail/call_state.h"

namespace vllm_client::api {
namespace {

using Form = Result<ToolLoopReply> (*)(const VllmClient&, ChatRequest, const ToolSet&,
                                       ToolLoopOptions);

Result<ToolLoopReply> waiting(const VllmClient& client, ChatRequest request, const ToolSet& tools,
                              ToolLoopOptions options) {
    return run_tools(client, std::move(request), tools, std::move(options));
}
Result<ToolLoopReply> asynchronous(const VllmClient& client, ChatRequest request,
                                   const ToolSet& tools, ToolLoopOptions options) {
    return run_tools_async(client, std::move(request), tools, std::move(options)).get();
}

ToolSet echo_tools() {
    ToolSet tools;
    tools.add("echo", "Says it again.", R"({"type":"object"})",
              [](const JsonText& arguments) -> Result<std::string> { return arguments.text(); });
    tools.add("fail", "", {}, [](const JsonText&) -> Result<std::string> {
        return Error{.kind = ErrorKind::resource, .message = "no such city"};
    });
    tools.add("throw", "", {},
              [](const JsonText&) -> Result<std::string> { throw std::runtime_error("broken"); });
    return tools;
}

void answer_calls(const FakeClient& fake, const std::vector<ToolCall>& calls) {
    fake.fake->reply(chat_path, {.body = tool_reply_json(calls)});
}

/// Both forms must behave the same.
class ToolLoopForms : public ::testing::TestWithParam<Form> {
 protected:
    Result<ToolLoopReply> run(ToolLoopOptions options = {}) {
        return GetParam()(client_.client, ask("go"), echo_tools(), std::move(options));
    }
    FakeClient client_;
};

INSTANTIATE_TEST_SUITE_P(Both, ToolLoopForms, ::testing::Values(&waiting, &asynchronous));

TEST_P(ToolLoopForms, AnAnswerWithoutCallsEndsIt) {
    client_.answer_chat("hello");
    const auto done = run().value();
    EXPECT_EQ(done.reply.text(), "hello");
    EXPECT_EQ(done.rounds, 1);
    EXPECT_TRUE(done.runs.empty());
    EXPECT_FALSE(done.limit_reached);
    ASSERT_EQ(done.messages.size(), 2U);
    EXPECT_EQ(done.messages[1].content, "hello");
}

TEST_P(ToolLoopForms, ResultsGoBackInTheOrderOfTheCalls) {
    answer_calls(client_, {{.name = "echo", .arguments = R"({"n":1})"},
                           {.name = "echo", .arguments = R"({"n":2})"},
                           {.name = "echo", .arguments = R"({"n":3})"}});
    client_.answer_chat("done");
    const auto done = run().value();
    EXPECT_EQ(done.reply.text(), "done");
    EXPECT_EQ(done.rounds, 2);
    ASSERT_EQ(done.runs.size(), 3U);
    EXPECT_EQ(done.runs[2].result, R"({"n":3})");
    EXPECT_EQ(done.runs[2].round, 1);
    ASSERT_EQ(done.messages.size(), 6U);
    const auto second = sent(client_.fake->requests().at(1))["messages"];
    ASSERT_EQ(second.size(), 5U);
    EXPECT_EQ(second[1]["tool_calls"].size(), 3U);
    EXPECT_EQ(second[2]["tool_call_id"], "c0");
    EXPECT_EQ(second[4]["tool_call_id"], "c2");
    EXPECT_EQ(second[4]["content"], R"({"n":3})");
}

TEST_P(ToolLoopForms, UsageIsTheSumOfAllAnswers) {
    answer_calls(client_, {{.name = "echo", .arguments = "{}"}});
    client_.answer_chat("done");
    const auto done = run().value();
    EXPECT_EQ(done.total.prompt_tokens, 10 + done.reply.usage->prompt_tokens);
    EXPECT_EQ(done.total.total_tokens, 15 + done.reply.usage->total_tokens);
}

TEST_P(ToolLoopForms, WhatGoesWrongIsToldToTheModel) {
    answer_calls(client_, {{.name = "fail", .arguments = "{}"},
                           {.name = "throw", .arguments = "{}"},
                           {.name = "unknown", .arguments = "{}"},
                           {.name = "echo", .arguments = R"({"n":)"},
                           {.name = "echo", .arguments = "[1]"},
                           {.name = "echo", .arguments = ""}});
    client_.answer_chat("sorry");
    const auto done = run().value();
    ASSERT_EQ(done.runs.size(), 6U);
    EXPECT_EQ(done.runs[0].result, "error: no such city");
    EXPECT_EQ(done.runs[0].error->kind, ErrorKind::resource);
    EXPECT_EQ(done.runs[1].result, "error: tool \"throw\" threw: broken");
    EXPECT_EQ(done.runs[2].result, "error: tool \"unknown\" does not exist");
    EXPECT_EQ(done.runs[3].error->kind, ErrorKind::decode);
    EXPECT_EQ(done.runs[4].error->kind, ErrorKind::decode);
    EXPECT_EQ(done.runs[5].result, "{}");
    EXPECT_FALSE(done.runs[5].error);
}

TEST_P(ToolLoopForms, BrokenArgumentsAreNotSentBack) {
    answer_calls(client_, {{.name = "echo", .arguments = R"({"n":)"}});
    client_.answer_chat("sorry");
    const auto done = run().value();
    EXPECT_EQ(done.runs.at(0).call.arguments, R"({"n":)");
    const auto second = sent(client_.fake->requests().at(1))["messages"];
    EXPECT_EQ(second[1]["tool_calls"][0]["function"]["arguments"], "{}");
}

TEST_P(ToolLoopForms, ErrorsEndItIfTheModelIsNotToHearOfThem) {
    answer_calls(client_, {{.name = "echo", .arguments = "{}"},
                           {.name = "fail", .arguments = "{}"},
                           {.name = "echo", .arguments = "{}"}});
    const auto done = run({.max_parallel = 1, .report_errors_to_model = false});
    ASSERT_FALSE(done.ok());
    EXPECT_EQ(done.error().kind, ErrorKind::resource);
    EXPECT_EQ(done.error().message, "no such city");
    EXPECT_EQ(client_.fake->requests().size(), 1U);
}

TEST_P(ToolLoopForms, TheLimitKeepsEverything) {
    answer_calls(client_, {{.name = "echo", .arguments = "{}"}});
    const auto done = run({.max_rounds = 3}).value();
    EXPECT_TRUE(done.limit_reached);
    EXPECT_EQ(done.rounds, 3);
    EXPECT_EQ(done.runs.size(), 3U);
    EXPECT_EQ(done.runs.back().round, 3);
    EXPECT_EQ(done.messages.size(), 7U);
    EXPECT_EQ(done.messages.back().role, "tool");
    EXPECT_EQ(client_.fake->requests().size(), 3U);
}

TEST_P(ToolLoopForms, CallsBeyondTheLimitOfARoundAreNotRun) {
    answer_calls(client_,
                 {{.name = "echo", .arguments = "{}"}, {.name = "echo", .arguments = "{}"}});
    client_.answer_chat("done");
    const auto done = run({.max_per_round = 1}).value();
    EXPECT_FALSE(done.runs.at(0).error);
    EXPECT_EQ(done.runs.at(1).error->kind, ErrorKind::limit);
}

TEST_P(ToolLoopForms, CallsCanBeRefused) {
    answer_calls(client_, {{.name = "echo", .arguments = "{}"}});
    client_.answer_chat("done");
    const auto done = run({.on_call = [](const ToolCall& call) -> Result<void> {
                          return Error{.message = call.name + " is not allowed"};
                      }}).value();
    EXPECT_EQ(done.runs.at(0).result, "error: echo is not allowed");
}

TEST_P(ToolLoopForms, EachRoundIsTold) {
    answer_calls(client_, {{.name = "echo", .arguments = "{}"}});
    client_.fake->fail(chat_path, {.kind = ErrorKind::connect, .message = "gone"});
    std::vector<std::size_t> messages;
    const auto done = run({.on_round = [&messages](const ToolLoopReply& so_far) {
        messages.push_back(so_far.messages.size());
    }});
    ASSERT_FALSE(done.ok());
    EXPECT_EQ(done.error().kind, ErrorKind::connect);
    EXPECT_EQ(messages, std::vector<std::size_t>{3});
}

TEST_P(ToolLoopForms, AThrowingHookIsAnError) {
    answer_calls(client_, {{.name = "echo", .arguments = "{}"}});
    const auto done =
        run({.on_round = [](const ToolLoopReply&) { throw std::runtime_error("full"); }});
    ASSERT_FALSE(done.ok());
    EXPECT_EQ(done.error().message, "ToolLoopOptions.on_round threw: full");
}

TEST_P(ToolLoopForms, WrongOptionsAreConfigErrors) {
    client_.answer_chat("never");
    const auto problem = [this](const ChatRequest& request, const ToolSet& tools,
                                const ToolLoopOptions& options) {
        const auto done = GetParam()(client_.client, request, tools, options);
        EXPECT_EQ(done.error().kind, ErrorKind::config);
        return done.error().message;
    };
    EXPECT_NE(problem(ask("a"), {}, {.max_rounds = 0}).find("max_rounds"), std::string::npos);
    EXPECT_NE(problem(ask("a"), {}, {.max_parallel = 0}).find("max_parallel"), std::string::npos);
    EXPECT_NE(problem(ask("a"), {}, {.max_per_round = 0}).find("max_per_round"), std::string::npos);
    EXPECT_NE(problem(ask("a"), ToolSet().add("a", "", {}, {}), {}).find("no function"),
              std::string::npos);
    ChatRequest own = ask("a");
    own.tools = {{.name = "f"}};
    EXPECT_NE(problem(own, {}, {}).find("ChatRequest.tools"), std::string::npos);
    EXPECT_TRUE(client_.fake->requests().empty());
}

TEST_P(ToolLoopForms, AForcedChoiceHoldsForTheFirstRoundOnly) {
    answer_calls(client_, {{.name = "echo", .arguments = "{}"}});
    client_.answer_chat("done");
    for (const auto kind : {ToolChoice::Kind::required, ToolChoice::Kind::function}) {
        ChatRequest request = ask("go");
        request.tool_choice = {.kind = kind, .name = "echo"};
        ASSERT_TRUE(GetParam()(client_.client, request, echo_tools(), {}).ok());
        answer_calls(client_, {{.name = "echo", .arguments = "{}"}});
        client_.answer_chat("done");
    }
    const auto requests = client_.fake->requests();
    EXPECT_EQ(sent(requests.at(0))["tool_choice"], "required");
    EXPECT_EQ(sent(requests.at(0))["tools"].size(), 3U);
    EXPECT_EQ(sent(requests.at(1))["tool_choice"], "auto");
}

TEST_P(ToolLoopForms, CallsWithoutIdsGetSome) {
    auto body = nlohmann::json::parse(tool_reply_json({{.name = "echo", .arguments = "{}"}}));
    body["choices"][0]["message"]["tool_calls"][0].erase("id");
    client_.fake->reply(chat_path, {.body = body.dump()});
    client_.answer_chat("done");
    ASSERT_TRUE(run().ok());
    const auto second = sent(client_.fake->requests().at(1))["messages"];
    EXPECT_FALSE(second[2]["tool_call_id"].get<std::string>().empty());
    EXPECT_EQ(second[2]["tool_call_id"], second[1]["tool_calls"][0]["id"]);
}

TEST_P(ToolLoopForms, AnAnswerWithoutChoicesIsAnError) {
    client_.fake->reply(chat_path, {.body = R"({"id":"1","choices":[]})"});
    EXPECT_EQ(run().error().kind, ErrorKind::decode);
}

// Two functions that wait for each other end only if they run side by side.
TEST_P(ToolLoopForms, CallsOfOneRoundRunSideBySide) {
    std::latch both(2);
    ToolSet tools;
    tools.add("meet", "", {}, [&both](const JsonText&) -> Result<std::string> {
        both.arrive_and_wait();
        return std::string("met");
    });
    answer_calls(client_,
                 {{.name = "meet", .arguments = "{}"}, {.name = "meet", .arguments = "{}"}});
    client_.answer_chat("done");
    EXPECT_EQ(GetParam()(client_.client, ask("go"), tools, {})->runs.at(1).result, "met");
}

TEST_P(ToolLoopForms, NoMoreThanAllowedRunAtOnce) {
    std::atomic<int> running{0};
    std::atomic<int> most{0};
    ToolSet tools;
    tools.add("count", "", {}, [&](const JsonText&) -> Result<std::string> {
        const int now = ++running;
        int seen = most.load();
        while (seen < now && !most.compare_exchange_weak(seen, now)) {
        }
        std::this_thread::yield();
        --running;
        return std::string("ok");
    });
    answer_calls(client_, std::vector<ToolCall>(12, {.name = "count", .arguments = "{}"}));
    client_.answer_chat("done");
    ASSERT_TRUE(GetParam()(client_.client, ask("go"), tools, {.max_parallel = 1}).ok());
    EXPECT_EQ(most.load(), 1);
}

// Every thread is taken by a function that waits for a loop of its own.
TEST_P(ToolLoopForms, FunctionsMayRunLoops) {
    client_.fake->on_request(
        [](const testing::FakeRequest& request) -> std::optional<testing::CannedAnswer> {
            const auto messages = sent(request)["messages"];
            const std::string last = messages.back()["content"];
            const bool calls = last == "go" || last == "inner";
            const char* const tool = last == "go" ? "outer" : "echo";
            const ToolCall call{.name = tool, .arguments = "{}"};
            return testing::CannedReply{.body = calls ? tool_reply_json({call, call})
                                                      : testing::chat_reply_json("done")};
        });
    ToolSet tools;
    tools.add("outer", "", {}, [this](const JsonText&) -> Result<std::string> {
        auto inner = run_tools(client_.client, ask("inner"), echo_tools());
        if (!inner) return inner.error();
        return inner->reply.text();
    });
    EXPECT_EQ(GetParam()(client_.client, ask("go"), tools, {})->runs.at(1).result, "done");
}

TEST(ToolLoop, FunctionsNeverRunOnAReactor) {
    const FakeClient client({.executor = Executor::inline_on_io()});
    answer_calls(client,
                 {{.name = "where", .arguments = "{}"}, {.name = "where", .arguments = "{}"}});
    client.answer_chat("done");
    ToolSet tools;
    tools.add("where", "", {}, [](const JsonText&) -> Result<std::string> {
        return std::string(detail::may_block_here() ? "worker" : "reactor");
    });
    const auto done = run_tools_async(client.client, ask("go"), tools).get().value();
    EXPECT_EQ(done.runs.at(0).result, "worker");
    EXPECT_EQ(done.runs.at(1).result, "worker");
}

TEST(ToolLoop, UsesABoundClientsDefaults) {
    const FakeClient client;
    answer_calls(client, {{.name = "echo", .arguments = "{}"}});
    client.answer_chat("done");
    const auto bound = client.client.bind({.model = "m1", .system_prompt = "Be brief."});
    ASSERT_TRUE(run_tools(bound, ask("go"), echo_tools()).ok());
    ASSERT_TRUE(run_tools_async(bound, ask("go"), echo_tools()).get().ok());
    EXPECT_EQ(sent(client.fake->requests().at(1))["model"], "m1");
    EXPECT_EQ(sent(client.fake->requests().at(1))["messages"][0]["role"], "system");
}

TEST(ToolLoop, CancellingEndsTheRunningChat) {
    const FakeClient client;
    client.fake->stream(chat_path, testing::CannedStream{.hold_open = true});
    auto call = run_tools_async(client.client, ask("go"), echo_tools());
    ASSERT_TRUE(eventually([&] { return client.fake->open_count() == 1; }));
    call.cancel();
    const auto done = std::move(call).get();
    ASSERT_FALSE(done.ok());
    EXPECT_EQ(done.error().kind, ErrorKind::cancelled);
    EXPECT_EQ(client.fake->cancelled_count(), 1U);
}

/// A loop whose first function waits until the test lets it go on.
struct HeldLoop {
    explicit HeldLoop(FakeClient& fake) {
        tools.add("hold", "", {}, [this](const JsonText&) -> Result<std::string> {
            ++begun;
            started.set_value();
            go_on.get_future().wait();
            return std::string("held");
        });
        tools.add("next", "", {}, [this](const JsonText&) -> Result<std::string> {
            ++begun;
            return std::string("next");
        });
        answer_calls(fake,
                     {{.name = "hold", .arguments = "{}"}, {.name = "next", .arguments = "{}"}});
        fake.answer_chat("done");
    }
    std::atomic<int> begun{0};
    std::promise<void> started;
    std::promise<void> go_on;
    ToolSet tools;
};

TEST(ToolLoop, CancellingStartsNoFurtherFunction) {
    FakeClient client;
    HeldLoop held(client);
    auto call = run_tools_async(client.client, ask("go"), held.tools, {.max_parallel = 1});
    held.started.get_future().wait();
    call.cancel();
    held.go_on.set_value();
    EXPECT_EQ(std::move(call).get().error().kind, ErrorKind::cancelled);
    EXPECT_EQ(held.begun.load(), 1);
    EXPECT_EQ(client.fake->requests().size(), 1U);
}

TEST(ToolLoop, ARequestedStopCancelsBothForms) {
    FakeClient client;
    HeldLoop held(client);
    std::stop_source stop;
    auto call = run_tools_async(client.client, ask("go"), held.tools, {.max_parallel = 1},
                                {.stop = stop.get_token()});
    held.started.get_future().wait();
    stop.request_stop();
    held.go_on.set_value();
    EXPECT_EQ(std::move(call).get().error().kind, ErrorKind::cancelled);
    const auto waited =
        run_tools(client.client, ask("go"), held.tools, {}, {.stop = stop.get_token()});
    EXPECT_EQ(waited.error().kind, ErrorKind::cancelled);
    EXPECT_EQ(held.begun.load(), 1);
}

TEST(ToolLoop, AForgottenCallIsCancelled) {
    FakeClient client;
    HeldLoop held(client);
    static_cast<void>(
        run_tools_async(client.client, ask("go"), held.tools, {.max_parallel = 1}).ready());
    // Cancelled before or while the first function runs: either way nothing is asked again.
    held.go_on.set_value();
    client.client.close(patience);
    EXPECT_LE(held.begun.load(), 1);
    EXPECT_LE(client.fake->requests().size(), 1U);
}

TEST(ToolLoop, OutlivesItsClientAsClosed) {
    auto client = std::make_unique<FakeClient>();
    HeldLoop held(*client);
    auto call = run_tools_async(client->client, ask("go"), held.tools, {.max_parallel = 1});
    held.started.get_future().wait();
    std::thread closing([&] { client->client.close(); });
    ASSERT_TRUE(eventually([&] { return !client->client.status().ok(); }));
    held.go_on.set_value();
    closing.join();
    const auto done = std::move(call).get();
    ASSERT_FALSE(done.ok());
    EXPECT_EQ(done.error().kind, ErrorKind::closed);
    EXPECT_EQ(held.begun.load(), 1);
}

TEST(ToolLoop, ABlockingLoopOnAReactorIsRefused) {
    const FakeClient client({.executor = Executor::inline_on_io()});
    std::latch registered(1);
    client.fake->on_request([&](const testing::FakeRequest&) {
        registered.wait();
        return testing::CannedReply{.body = testing::chat_reply_json("hi")};
    });
    Awaited<Result<ToolLoopReply>> inner;
    client.client.chat_async(ask("a")).on_done(
        [&](Result<ChatReply>) { inner.set(run_tools(client.client, ask("b"), echo_tools())); });
    registered.count_down();
    EXPECT_EQ(inner.get().error().kind, ErrorKind::config);
}

}  // namespace
}  // namespace vllm_client::api
