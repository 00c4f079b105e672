// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "testing/sim_client.h"

namespace vllm_client {
namespace {

using support::chat_body;
using support::fast_sim;
using support::Json;
using support::keys;
using support::SimClient;

constexpr const char* chat = "/v1/chat/completions";

Json tool(const std::string& name) {
    const Json parameters = {{"type", "object"},
                             {"properties", {{"unit", {{"enum", {"c", "f"}}}}}},
                             {"required", {"unit"}}};
    return {{"type", "function"}, {"function", {{"name", name}, {"parameters", parameters}}}};
}

class SimTools : public ::testing::Test {
 protected:
    Json choice(Json more) {
        return client_.post(chat, chat_body("What is the weather?", more)).json()["choices"][0];
    }

    testing::SimServer server_{fast_sim()};
    SimClient client_{server_};
    Json one_tool_{{"tools", {tool("get_weather")}}, {"tool_choice", "required"}};
};

TEST_F(SimTools, CallsARequiredTool) {
    const Json made = choice(one_tool_);
    EXPECT_EQ(made["finish_reason"], "tool_calls");
    EXPECT_EQ(made["message"]["content"], "");
    EXPECT_EQ(keys(made["message"]),
              "role content refusal annotations audio function_call tool_calls reasoning");
    const Json& call = made["message"]["tool_calls"][0];
    EXPECT_EQ(keys(call), "id type function");
    EXPECT_TRUE(call["id"].get<std::string>().starts_with("chatcmpl-tool-"));
    EXPECT_EQ(call["function"]["name"], "get_weather");
    EXPECT_TRUE(Json::parse(call["function"]["arguments"].get<std::string>()).contains("unit"));
}

TEST_F(SimTools, ReportsStopForANamedTool) {
    Json named = one_tool_;
    named["tool_choice"] = {{"type", "function"}, {"function", {{"name", "get_weather"}}}};
    EXPECT_EQ(choice(named)["finish_reason"], "stop");
    EXPECT_EQ(choice(named)["message"]["tool_calls"].size(), 1U);
}

TEST_F(SimTools, StreamsCallsInFragments) {
    Json both = {{"tools", {tool("first"), tool("second")}}, {"tool_choice", "required"}};
    const Json whole = choice(both)["message"]["tool_calls"];
    ASSERT_EQ(whole.size(), 2U);
    both["stream"] = true;
    const auto reply = client_.post(chat, chat_body("What is the weather?", both));
    std::map<int, std::string> arguments;
    std::map<int, std::string> ids;
    for (const Json& event : reply.events()) {
        for (const Json& part : event["choices"][0]["delta"].value("tool_calls", Json::array())) {
            const int index = part["index"];
            if (part.contains("id")) {
                EXPECT_EQ(keys(part), "id type index function");
                EXPECT_FALSE(ids.contains(index));
                ids[index] = part["id"];
            } else {
                EXPECT_EQ(keys(part), "index function");
                EXPECT_EQ(keys(part["function"]), "arguments");
            }
            arguments[index] += part["function"].value("arguments", "");
        }
    }
    for (const int index : {0, 1}) {
        const Json& call = whole[static_cast<std::size_t>(index)];
        EXPECT_EQ(arguments[index], call["function"]["arguments"]);
        EXPECT_EQ(ids[index], call["id"]);
    }
    EXPECT_EQ(reply.events().back()["choices"][0]["finish_reason"], "tool_calls");
}

TEST_F(SimTools, KeepsToOneCallWhenNotParallel) {
    const Json single = {{"tools", {tool("first"), tool("second")}},
                         {"tool_choice", "required"},
                         {"parallel_tool_calls", false}};
    EXPECT_EQ(choice(single)["message"]["tool_calls"].size(), 1U);
}

TEST_F(SimTools, LeavesAutomaticChoiceToTheQuestion) {
    const Json automatic = {{"tools", {tool("get_weather")}}, {"max_tokens", 200}};
    EXPECT_FALSE(choice(automatic)["message"].contains("tool_calls"));
    const Json asked =
        client_.post(chat, chat_body("Please call get_weather", automatic)).json()["choices"][0];
    EXPECT_TRUE(asked["message"]["content"].is_null());
    EXPECT_EQ(asked["finish_reason"], "tool_calls");
}

TEST_F(SimTools, ShowsACutCallAsText) {
    Json cut = one_tool_;
    cut["max_tokens"] = 2;
    const Json made = choice(cut);
    EXPECT_EQ(made["finish_reason"], "length");
    EXPECT_FALSE(made["message"].contains("tool_calls"));
}

TEST_F(SimTools, AreNotCalledAgainAfterTheirResult) {
    Json body = chat_body("Please call get_weather", {{"tools", {tool("get_weather")}}});
    body["messages"].push_back(
        {{"role", "tool"}, {"tool_call_id", "c"}, {"content", "12 degrees"}});
    EXPECT_FALSE(client_.post(chat, body).json()["choices"][0]["message"].contains("tool_calls"));
}

TEST(SimRequestMetrics, ComeWithRepliesAndUsage) {
    testing::SimOptions options;
    options.per_request_metrics = true;
    const auto server = fast_sim(options);
    SimClient client(server);
    const std::string all =
        "time_to_first_token_ms generation_time_ms queue_time_ms mean_itl_ms tokens_per_second";
    const Json reply = client.post(chat, chat_body("hi", {{"max_tokens", 9}})).json();
    EXPECT_EQ(keys(reply["metrics"]), all + " speculative_decoding");
    const auto stream =
        client.post(chat, chat_body("hi", {{"max_tokens", 9},
                                           {"stream", true},
                                           {"stream_options", {{"include_usage", true}}}}));
    EXPECT_EQ(keys(stream.events().back()["metrics"]), all);
    EXPECT_TRUE(client.post(chat, chat_body("hi", {{"n", 2}})).json()["metrics"].is_null());
}

}  // namespace
}  // namespace vllm_client
