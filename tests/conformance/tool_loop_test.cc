// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/tool_loop.h"

#include <gtest/gtest.h>

#include "conformance/conformance_servers.h"
#include "vllm_client/json.h"
#include "vllm_client/token_count.h"

namespace vllm_client::conformance {

struct UnitChoice {
    std::string unit;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(UnitChoice, unit)

namespace {

ToolSet weather_tools() {
    return {typed_tool<UnitChoice>("get_weather", "The weather here.",
                                   R"({"type":"object","properties":{"unit":{"enum":["c","f"]}},
                                       "required":["unit"],"additionalProperties":false})",
                                   [](const UnitChoice& choice) { return "21 " + choice.unit; })};
}

ChatRequest forced(ToolChoice choice) {
    ChatRequest request = short_chat();
    request.ignore_eos.reset();
    request.max_tokens = 60;
    request.tool_choice = std::move(choice);
    request.parallel_tool_calls = false;
    return request;
}

void expect_one_run(const Result<ToolLoopReply>& done) {
    ASSERT_TRUE(done.ok()) << done.error().to_string();
    EXPECT_EQ(done->rounds, 2);
    ASSERT_EQ(done->runs.size(), 1U);
    EXPECT_FALSE(done->runs[0].error);
    EXPECT_TRUE(done->runs[0].result == "21 c" || done->runs[0].result == "21 f");
    ASSERT_EQ(done->messages.size(), 4U);
    EXPECT_EQ(done->messages[2].tool_call_id, done->messages[1].tool_calls.at(0).id);
    EXPECT_GT(done->total.total_tokens, done->reply.usage->total_tokens);
}

TEST(ToolLoop, RunsWhatARequiredChoiceCalls) {
    expect_one_run(
        run_tools(generation(), forced({.kind = ToolChoice::Kind::required}), weather_tools()));
}

TEST(ToolLoop, RunsANamedToolOnce) {
    expect_one_run(
        run_tools_async(generation(),
                        forced({.kind = ToolChoice::Kind::function, .name = "get_weather"}),
                        weather_tools())
            .get());
}

TEST(ToolLoop, ItsConversationIsCountedLikeAnyOther) {
    const ToolSet tools = weather_tools();
    const auto done =
        run_tools(generation(), forced({.kind = ToolChoice::Kind::required}), tools).value();
    ChatRequest last{.messages = {done.messages.begin(), done.messages.end() - 1},
                     .tools = tools.tools()};
    const TokenCount count = count_tokens(generation(), last).value();
    EXPECT_FALSE(count.estimated);
    EXPECT_EQ(count.tokens, done.reply.usage->prompt_tokens);
}

// Servers differ in what they make of such a history; this is what is sent instead.
TEST(ToolLoop, HistoriesWithEmptyArgumentsAreAccepted) {
    Message called{.role = "assistant",
                   .tool_calls = {{.id = "c1", .name = "get_weather", .arguments = "{}"}}};
    ChatRequest request = short_chat();
    request.messages.push_back(called);
    request.messages.push_back(tool_result("c1", "error: no unit"));
    request.tools = weather_tools().tools();
    EXPECT_TRUE(generation().chat(request).ok());
}

}  // namespace
}  // namespace vllm_client::conformance
