// SPDX-License-Identifier: Apache-2.0
// Keys and sequences were compared with vLLM 0.32.0.
#include <gtest/gtest.h>

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

constexpr const char* path = "/v1/messages";

Json message_body(const Json& more = Json::object()) {
    Json body = chat_body("hi there", {{"model", "sim"}, {"max_tokens", 5}});
    body.update(more);
    return body;
}

std::string types(const SimReply& reply) {
    std::string all;
    for (const Json& event : reply.events()) {
        const std::string type = event["type"];
        if (!all.ends_with(type)) all += (all.empty() ? "" : " ") + type;
    }
    return all;
}

Json with_tool() {
    const Json schema = {{"type", "object"}, {"properties", {{"unit", {{"enum", {"c"}}}}}}};
    return {{"tools", {{{"name", "get"}, {"input_schema", schema}}}},
            {"tool_choice", {{"type", "any"}}},
            {"max_tokens", 100}};
}

class SimMessages : public ::testing::Test {
 protected:
    testing::SimServer server_{fast_sim()};
    SimClient client_{server_};
};

TEST_F(SimMessages, AnswerInBlocks) {
    const Json reply = client_.post(path, message_body()).json();
    EXPECT_EQ(keys(reply), "id type role content model stop_reason usage");
    EXPECT_EQ(reply["stop_reason"], "max_tokens");
    EXPECT_EQ(keys(reply["content"][0]), "type text");
    EXPECT_EQ(keys(reply["usage"]), "input_tokens output_tokens");
}

TEST_F(SimMessages, StreamBlocksOneAfterTheOther) {
    const SimReply reply = client_.post(path, message_body({{"stream", true}}));
    EXPECT_EQ(types(reply),
              "message_start content_block_start content_block_delta content_block_stop "
              "message_delta message_stop");
    EXPECT_EQ(reply.body.rfind("event: message_start\ndata: {", 0), 0U);
    EXPECT_TRUE(reply.complete);
    std::string text;
    for (const Json& event : reply.events())
        if (event["type"] == "content_block_delta") text += event["delta"]["text"];
    EXPECT_EQ(text, client_.post(path, message_body()).json()["content"][0]["text"]);
    EXPECT_EQ(reply.events()[0]["message"]["usage"]["output_tokens"], 0);
}

TEST_F(SimMessages, UseTools) {
    const Json reply = client_.post(path, message_body(with_tool())).json();
    EXPECT_EQ(reply["stop_reason"], "tool_use");
    EXPECT_EQ(reply["content"][0]["input"], Json({{"unit", "c"}}));
    Json body = message_body(with_tool());
    body["stream"] = true;
    std::string input;
    for (const Json& event : client_.post(path, body).events())
        if (event["type"] == "content_block_delta") input += event["delta"]["partial_json"];
    EXPECT_EQ(Json::parse(input), reply["content"][0]["input"]);
}

TEST_F(SimMessages, SignTheirThoughts) {
    const Json thinking = {{"thinking", {{"type", "enabled"}, {"budget_tokens", 1024}}},
                           {"max_tokens", 2000}};
    const Json block = client_.post(path, message_body(thinking)).json()["content"][0];
    EXPECT_EQ(keys(block), "type thinking signature");
    Json body = message_body(thinking);
    body["stream"] = true;
    EXPECT_NE(client_.post(path, body).body.find("signature_delta"), std::string::npos);
}

TEST_F(SimMessages, NameTheStopSequence) {
    const Json reply =
        client_.post(path, message_body({{"stop_sequences", {"e"}}, {"max_tokens", 500}})).json();
    EXPECT_EQ(reply["stop_reason"], "stop_sequence");
    EXPECT_EQ(reply["stop_sequence"], "e");
}

TEST_F(SimMessages, ReadBlocksAndResultsOfTools) {
    const Json use = {
        {"type", "tool_use"}, {"id", "t"}, {"name", "get"}, {"input", Json::object()}};
    const Json result = {{"type", "tool_result"}, {"tool_use_id", "t"}, {"content", "12"}};
    Json body = message_body({{"system", {{{"type", "text"}, {"text", "be kind"}}}}});
    body["messages"].push_back({{"role", "assistant"}, {"content", Json::array({use})}});
    body["messages"].push_back({{"role", "user"}, {"content", Json::array({result})}});
    const Json reply = client_.post(path, body).json();
    EXPECT_GT(reply["usage"]["input_tokens"], 10);
}

TEST_F(SimMessages, CountTokens) {
    const Json counted = client_.post("/v1/messages/count_tokens", message_body()).json();
    const Json reply = client_.post(path, message_body()).json();
    EXPECT_EQ(counted["input_tokens"], reply["usage"]["input_tokens"]);
    EXPECT_EQ(counted["context_management"]["original_input_tokens"], counted["input_tokens"]);
}

TEST_F(SimMessages, HaveErrorsOfTheirOwnShape) {
    const SimReply absent = client_.post(path, message_body({{"model", "no"}}));
    EXPECT_EQ(absent.status, 404);
    EXPECT_EQ(
        absent.body,
        R"({"type":"error","error":{"type":"NotFoundError","message":"The model `no` does not exist. Valid aliases: sim."}})");
    const Json schema = client_.post(path, message_body({{"max_tokens", 0}})).json();
    EXPECT_EQ(schema["error"]["type"], "Bad Request");
    EXPECT_EQ(schema["error"]["param"], "body.max_tokens");
}

TEST_F(SimMessages, TellOfAFailureInTheStream) {
    const SimReply reply = client_.post(
        path, message_body({{"stream", true}, {"vllm_xargs", {{"sim_error_after_tokens", 2}}}}));
    EXPECT_EQ(reply.events().back()["type"], "error");
    EXPECT_EQ(reply.events().back()["error"]["type"], "internal_error");
    EXPECT_EQ(reply.body.find("message_stop"), std::string::npos);
}

}  // namespace
}  // namespace vllm_client
