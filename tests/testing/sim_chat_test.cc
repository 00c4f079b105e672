// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "testing/sim_client.h"

namespace vllm_client {
namespace {

using support::chat_body;
using support::fast_sim;
using support::Json;
using support::keys;
using support::SimClient;
using support::SimReply;
using testing::SimServer;

constexpr const char* chat = "/v1/chat/completions";

class SimChat : public ::testing::Test {
 protected:
    SimReply post(const Json& more) {
        return client_.post(chat, chat_body("Why is the sky blue?", more));
    }
    SimReply stream(Json more = Json::object()) {
        more["stream"] = true;
        return post(more);
    }

    SimServer server_{fast_sim()};
    SimClient client_{server_};
};

TEST_F(SimChat, AnswersWithVllmsKeys) {
    const SimReply reply = post({{"max_tokens", 8}});
    ASSERT_EQ(reply.status, 200) << reply.body;
    const Json body = reply.json();
    EXPECT_EQ(
        keys(body),
        "id object created model choices service_tier system_fingerprint usage prompt_logprobs "
        "prompt_token_ids prompt_text kv_transfer_params ec_transfer_params metrics");
    const Json& choice = body["choices"][0];
    EXPECT_EQ(keys(choice),
              "index message logprobs finish_reason stop_reason token_ids routed_experts");
    EXPECT_EQ(keys(choice["message"]),
              "role content refusal annotations audio function_call reasoning");
    EXPECT_EQ(keys(body["usage"]),
              "prompt_tokens total_tokens completion_tokens prompt_tokens_details "
              "completion_tokens_details");
    EXPECT_EQ(body["object"], "chat.completion");
    EXPECT_TRUE(body["id"].get<std::string>().starts_with("chatcmpl-"));
    EXPECT_TRUE(body["system_fingerprint"].get<std::string>().starts_with("vllm-0.32.0-sim"));
    EXPECT_EQ(choice["finish_reason"], "length");
    EXPECT_EQ(body["usage"]["completion_tokens"], 8);
    EXPECT_EQ(body["usage"]["prompt_tokens"], 9);
    EXPECT_EQ(reply.body.find(": "), std::string::npos) << "separators are compact";
}

TEST_F(SimChat, StreamsRoleContentFinishAndEndMarker) {
    const SimReply reply = stream({{"max_tokens", 3}});
    ASSERT_TRUE(reply.done()) << reply.body;
    EXPECT_EQ(reply.header("content-type"), "text/event-stream; charset=utf-8");
    EXPECT_EQ(reply.header("cache-control"), "");
    const auto events = reply.events();
    ASSERT_EQ(events.size(), 4U);
    EXPECT_EQ(reply.chunks.size(), 5U) << "one event for each HTTP chunk";
    EXPECT_EQ(keys(events[0]), "id object created model choices prompt_token_ids prompt_text");
    EXPECT_EQ(events[0]["choices"].dump(),
              R"([{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,)"
              R"("finish_reason":null}])");
    EXPECT_EQ(keys(events[1]), "id object created model choices");
    EXPECT_EQ(keys(events[1]["choices"][0]), "index delta logprobs finish_reason token_ids");
    EXPECT_EQ(keys(events[3]), "id object created model choices system_fingerprint");
    EXPECT_EQ(keys(events[3]["choices"][0]),
              "index delta logprobs finish_reason stop_reason token_ids");
    EXPECT_EQ(events[3]["choices"][0]["finish_reason"], "length");
}

TEST_F(SimChat, SaysTheSameStreamedAndWhole) {
    const Json wanted = {{"max_tokens", 40}, {"seed", 5}};
    const std::string whole = post(wanted).json()["choices"][0]["message"]["content"];
    EXPECT_EQ(stream(wanted).text(), whole);
    EXPECT_EQ(post(wanted).json()["choices"][0]["message"]["content"], whole);
    EXPECT_NE(post({{"max_tokens", 40}, {"seed", 6}}).json()["choices"][0]["message"]["content"],
              whole);
}

TEST_F(SimChat, CountsUsageInTheLastChunkIfAsked) {
    const auto events =
        stream({{"max_tokens", 3}, {"stream_options", {{"include_usage", true}}}}).events();
    ASSERT_EQ(events.size(), 5U);
    EXPECT_FALSE(events[3].contains("system_fingerprint"));
    EXPECT_EQ(keys(events[4]), "id object created model choices usage system_fingerprint");
    EXPECT_EQ(events[4]["choices"].size(), 0U);
    EXPECT_EQ(events[4]["usage"].dump(),
              R"({"prompt_tokens":9,"total_tokens":12,"completion_tokens":3})");
}

TEST_F(SimChat, CountsUsageInEachChunkIfAsked) {
    const auto events =
        stream({{"max_tokens", 3},
                {"stream_options", {{"include_usage", true}, {"continuous_usage_stats", true}}}})
            .events();
    ASSERT_EQ(events.size(), 5U);
    EXPECT_EQ(keys(events[0]),
              "id object created model choices usage prompt_token_ids prompt_text");
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(events[static_cast<std::size_t>(i)]["usage"]["completion_tokens"], i);
    }
    EXPECT_EQ(keys(events[1]["usage"]),
              "prompt_tokens total_tokens completion_tokens completion_tokens_details");
}

TEST_F(SimChat, InterleavesChoices) {
    const SimReply reply = stream({{"n", 3}, {"max_tokens", 5}, {"ignore_eos", true}});
    const auto events = reply.events();
    ASSERT_EQ(events.size(), 3U + 15U);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(events[i]["choices"][0]["index"], i);
        EXPECT_EQ(events[i]["choices"][0]["delta"]["role"], "assistant");
    }
    EXPECT_NE(events[3]["choices"][0]["index"], events[4]["choices"][0]["index"]);
    EXPECT_NE(reply.text(0), reply.text(1));
    const Json whole = post({{"n", 3}, {"max_tokens", 5}, {"ignore_eos", true}}).json();
    ASSERT_EQ(whole["choices"].size(), 3U);
    EXPECT_EQ(whole["choices"][2]["message"]["content"], reply.text(2));
    EXPECT_EQ(whole["usage"]["completion_tokens"], 15);
    EXPECT_EQ(whole["usage"]["prompt_tokens"], 9);
}

TEST_F(SimChat, StopsAtAStopString) {
    const Json wanted = {{"max_tokens", 60}, {"ignore_eos", true}};
    const std::string text = post(wanted).json()["choices"][0]["message"]["content"];
    const std::string stop = text.substr(text.size() / 2, 5);
    const std::string before = text.substr(0, text.find(stop));
    Json stopped = wanted;
    stopped["stop"] = stop;
    const Json choice = post(stopped).json()["choices"][0];
    EXPECT_EQ(choice["message"]["content"], before);
    EXPECT_EQ(choice["finish_reason"], "stop");
    EXPECT_EQ(choice["stop_reason"], stop);
    const SimReply streamed = stream(stopped);
    EXPECT_EQ(streamed.text(), before) << "held back until it is no stop string";
    EXPECT_EQ(streamed.events().back()["choices"][0]["stop_reason"], stop);
    stopped["include_stop_str_in_output"] = true;
    EXPECT_EQ(post(stopped).json()["choices"][0]["message"]["content"], before + stop);
}

TEST_F(SimChat, StopsAtAStopToken) {
    const Json wanted = {{"max_tokens", 20}, {"ignore_eos", true}, {"return_token_ids", true}};
    const Json ids = post(wanted).json()["choices"][0]["token_ids"];
    ASSERT_EQ(ids.size(), 20U);
    Json stopped = wanted;
    stopped["stop_token_ids"] = Json::array({ids[7]});
    const Json choice = post(stopped).json()["choices"][0];
    EXPECT_EQ(choice["stop_reason"], ids[7]);
    EXPECT_EQ(choice["finish_reason"], "stop");
}

TEST_F(SimChat, EndsByItselfUnlessToldNotTo) {
    const Json free = post({{"max_tokens", 4000}}).json();
    EXPECT_EQ(free["choices"][0]["finish_reason"], "stop");
    EXPECT_TRUE(free["choices"][0]["stop_reason"].is_null());
    const Json forced = post({{"max_tokens", 4000}, {"ignore_eos", true}}).json();
    EXPECT_EQ(forced["choices"][0]["finish_reason"], "length");
    EXPECT_EQ(forced["usage"]["completion_tokens"], 4000);
    const Json least = post({{"max_tokens", 4000}, {"min_tokens", 3000}}).json();
    EXPECT_GE(least["usage"]["completion_tokens"].get<int>(), 3000);
}

TEST_F(SimChat, ReportsLogProbabilities) {
    const Json content = post({{"max_tokens", 3}, {"logprobs", true}, {"top_logprobs", 2}})
                             .json()["choices"][0]["logprobs"]["content"];
    ASSERT_EQ(content.size(), 3U);
    EXPECT_EQ(keys(content[0]), "token logprob bytes top_logprobs");
    ASSERT_EQ(content[0]["top_logprobs"].size(), 2U);
    EXPECT_EQ(keys(content[0]["top_logprobs"][1]), "token logprob bytes");
    EXPECT_EQ(content[0]["top_logprobs"][0]["token"], content[0]["token"]);
    EXPECT_GT(content[0]["logprob"].get<double>(),
              content[0]["top_logprobs"][1]["logprob"].get<double>());
    const auto events = stream({{"max_tokens", 3}, {"logprobs", true}}).events();
    EXPECT_TRUE(events[0]["choices"][0]["logprobs"].is_null());
    EXPECT_EQ(events[1]["choices"][0]["logprobs"]["content"].size(), 1U);
    EXPECT_EQ(events[1]["choices"][0]["logprobs"]["content"][0]["token"], content[0]["token"]);
}

TEST_F(SimChat, GivesTokenIdsIfAsked) {
    const Json body = post({{"max_tokens", 4}, {"return_token_ids", true}}).json();
    EXPECT_EQ(body["prompt_token_ids"].size(), 9U);
    const auto events = stream({{"max_tokens", 4}, {"return_token_ids", true}}).events();
    EXPECT_EQ(events[0]["prompt_token_ids"], body["prompt_token_ids"]);
    Json ids = Json::array();
    for (std::size_t i = 1; i < events.size(); ++i) {
        for (const Json& id : events[i]["choices"][0]["token_ids"])
            ids.push_back(id);
    }
    EXPECT_EQ(ids, body["choices"][0]["token_ids"]);
}

TEST_F(SimChat, ReasonsFirstIfAsked) {
    const Json thinking = {{"max_tokens", 4000},
                           {"chat_template_kwargs", {{"enable_thinking", true}}}};
    const Json body = post(thinking).json();
    const std::string reasoning = body["choices"][0]["message"]["reasoning"];
    EXPECT_FALSE(reasoning.empty());
    EXPECT_GT(body["usage"]["completion_tokens_details"]["reasoning_tokens"].get<int>(), 0);
    const SimReply streamed = stream(thinking);
    EXPECT_EQ(streamed.text(0, "reasoning"), reasoning);
    EXPECT_EQ(streamed.text(), body["choices"][0]["message"]["content"]);
    Json hidden = thinking;
    hidden["include_reasoning"] = false;
    EXPECT_TRUE(post(hidden).json()["choices"][0]["message"]["reasoning"].is_null());
}

TEST_F(SimChat, FollowsAJsonSchema) {
    const Json schema = {{"type", "object"}, {"properties", {{"ok", {{"type", "boolean"}}}}}};
    const Json format = {{"type", "json_schema"},
                         {"json_schema", {{"name", "answer"}, {"schema", schema}}}};
    const Json choice =
        post({{"max_tokens", 200}, {"response_format", format}}).json()["choices"][0];
    EXPECT_TRUE(Json::parse(choice["message"]["content"].get<std::string>())["ok"].is_boolean());
    EXPECT_EQ(choice["finish_reason"], "stop");
    const Json chosen =
        post({{"structured_outputs", {{"choice", {"yes", "no"}}}}}).json()["choices"][0];
    const std::string word = chosen["message"]["content"];
    EXPECT_TRUE(word == "yes" || word == "no");
}

// Generous buffers make a slow reader hard to come by, so the answer is much larger than they are.
TEST_F(SimChat, MergesTokensForASlowReader) {
    Json body = chat_body("Tell me more", {{"max_tokens", 8000}, {"ignore_eos", true}, {"n", 16}});
    const Json whole = client_.post(chat, body).json();
    body["stream"] = true;
    client_.send(chat, body);
    ASSERT_TRUE(
        support::eventually([&] { return server_.stats().generated_tokens == 2 * 16 * 8000U; }));
    const SimReply reply = client_.read_reply();
    ASSERT_TRUE(reply.done());
    EXPECT_LT(reply.chunks.size(), 16 * 8000U);
    for (const int index : {0, 7, 15}) {
        EXPECT_EQ(reply.text(index),
                  whole["choices"][static_cast<std::size_t>(index)]["message"]["content"]);
    }
}

TEST_F(SimChat, SendsFewerChunksWithAStreamInterval) {
    const Json wanted = {{"max_tokens", 21}, {"ignore_eos", true}, {"stream_interval", 10}};
    const SimReply reply = stream(wanted);
    EXPECT_EQ(reply.events().size(), 1U + 3U);
    EXPECT_EQ(reply.text(), post(wanted).json()["choices"][0]["message"]["content"]);
}

}  // namespace
}  // namespace vllm_client
