// SPDX-License-Identifier: Apache-2.0
// Keys and sequences were compared with vLLM 0.32.0.
#include <gtest/gtest.h>

#include <string>

#include "testing/sim_client.h"

namespace vllm_client {
namespace {

using support::fast_sim;
using support::Json;
using support::keys;
using support::SimClient;
using support::SimReply;
using testing::SimOptions;

constexpr const char* path = "/v1/responses";

SimOptions storing() {
    SimOptions options;
    options.responses_store = true;
    return options;
}

std::string types(const SimReply& reply) {
    std::string all;
    for (const Json& event : reply.events()) {
        std::string type = event["type"].get<std::string>().substr(9);
        if (!all.ends_with(type)) all += (all.empty() ? "" : " ") + type;
    }
    return all;
}

Json tool() {
    const Json parameters = {{"type", "object"}, {"properties", {{"unit", {{"enum", {"c"}}}}}}};
    return {{"type", "function"}, {"name", "get_weather"}, {"parameters", parameters}};
}

class SimResponses : public ::testing::Test {
 protected:
    testing::SimServer server_{fast_sim(storing())};
    SimClient client_{server_};
};

TEST_F(SimResponses, AnswerWithAllKeys) {
    const Json reply = client_.post(path, {{"input", "hi"}, {"max_output_tokens", 4}}).json();
    EXPECT_EQ(keys(reply),
              "id created_at incomplete_details instructions metadata model object output "
              "parallel_tool_calls temperature tool_choice tools top_p background "
              "max_output_tokens max_tool_calls previous_response_id prompt reasoning "
              "service_tier status text top_logprobs truncation usage user presence_penalty "
              "frequency_penalty kv_transfer_params ec_transfer_params input_messages "
              "output_messages");
    EXPECT_TRUE(reply["id"].get<std::string>().starts_with("resp_"));
    EXPECT_EQ(reply["status"], "incomplete");
    EXPECT_EQ(reply["incomplete_details"]["reason"], "max_output_tokens");
    EXPECT_EQ(reply["tool_choice"], "none");
    const Json& item = reply["output"][0];
    EXPECT_EQ(keys(item), "id content role status type phase");
    EXPECT_EQ(keys(item["content"][0]), "annotations text type logprobs");
    EXPECT_EQ(reply["usage"]["output_tokens"], 4);
}

TEST_F(SimResponses, StreamTypedEventsInOrder) {
    const SimReply reply =
        client_.post(path, {{"input", "hi"}, {"max_output_tokens", 4}, {"stream", true}});
    EXPECT_EQ(types(reply),
              "created in_progress output_item.added content_part.added output_text.delta "
              "output_text.done content_part.done output_item.done completed");
    EXPECT_TRUE(reply.complete);
    EXPECT_EQ(reply.body.find("[DONE]"), std::string::npos);
    int number = 0;
    std::string text;
    for (const Json& event : reply.events()) {
        EXPECT_EQ(event["sequence_number"], number++);
        if (event["type"] == "response.output_text.delta") text += event["delta"];
        if (event["type"] == "response.output_text.done") {
            EXPECT_EQ(event["text"], text);
        }
    }
    EXPECT_EQ(reply.body.rfind("event: response.created\ndata: {", 0), 0U);
}

TEST_F(SimResponses, StreamReasoningAsAnItemOfItsOwn) {
    const SimReply reply =
        client_.post(path, {{"input", "hi"}, {"reasoning", {{"effort", "low"}}}, {"stream", true}});
    EXPECT_EQ(types(reply),
              "created in_progress output_item.added content_part.added reasoning_text.delta "
              "reasoning_text.done content_part.done output_item.done output_item.added "
              "content_part.added output_text.delta output_text.done content_part.done "
              "output_item.done completed");
    const Json last = reply.events().back()["response"];
    EXPECT_EQ(last["output"][0]["type"], "reasoning");
    EXPECT_GT(last["usage"]["output_tokens_details"]["reasoning_tokens"], 0);
}

TEST_F(SimResponses, CallFunctions) {
    Json body = {{"input", "hi"}, {"tools", {tool()}}, {"tool_choice", "required"}};
    const Json item = client_.post(path, body).json()["output"][0];
    EXPECT_EQ(keys(item), "arguments call_id name type id async caller namespace status");
    EXPECT_EQ(Json::parse(item["arguments"].get<std::string>())["unit"], "c");
    body["stream"] = true;
    const SimReply reply = client_.post(path, body);
    EXPECT_EQ(types(reply),
              "created in_progress output_item.added function_call_arguments.delta "
              "function_call_arguments.done output_item.done completed");
    EXPECT_EQ(reply.events().back()["response"]["output"][0]["arguments"], item["arguments"]);
}

TEST_F(SimResponses, TakeItemsOfAllKinds) {
    const Json call = {
        {"type", "function_call"}, {"name", "get_weather"}, {"arguments", "{}"}, {"call_id", "c1"}};
    const Json output = {{"type", "function_call_output"}, {"call_id", "c1"}, {"output", "12"}};
    const Json message = {{"role", "user"},
                          {"content", {{{"type", "input_text"}, {"text", "hi"}}}}};
    const Json reply =
        client_.post(path, {{"input", {message, call, output}}, {"tools", {tool()}}}).json();
    EXPECT_EQ(reply["output"][0]["type"], "message");
}

TEST_F(SimResponses, AreRemembered) {
    const Json first = client_.post(path, {{"input", "hi"}, {"max_output_tokens", 4}}).json();
    const std::string id = first["id"];
    EXPECT_EQ(client_.get(std::string(path) + "/" + id).json(), first);
    const Json next = client_.post(path, {{"input", "on"}, {"previous_response_id", id}}).json();
    EXPECT_GT(next["usage"]["input_tokens"], first["usage"]["input_tokens"]);
    EXPECT_EQ(next["previous_response_id"], id);
    const SimReply missing = client_.get(std::string(path) + "/resp_no");
    EXPECT_EQ(missing.status, 404);
    EXPECT_EQ(
        missing.body,
        R"({"error":{"message":"Response with id 'resp_no' not found.","type":"invalid_request_error","param":"response_id","code":404}})");
}

TEST_F(SimResponses, RunInTheBackground) {
    const Json queued =
        client_.post(path, {{"input", "hi"}, {"background", true}, {"request_id", "resp_a"}})
            .json();
    EXPECT_EQ(queued["status"], "queued");
    EXPECT_TRUE(support::eventually(
        [&] { return client_.get("/v1/responses/resp_a").json()["status"] == "completed"; }));
    EXPECT_EQ(
        client_.post("/v1/responses/resp_a/cancel", Json::object()).json()["error"]["message"],
        "Cannot cancel a synchronous response.");
}

TEST_F(SimResponses, RepeatABackgroundStream) {
    const SimReply live = client_.post(path, {{"input", "hi"},
                                              {"max_output_tokens", 4},
                                              {"background", true},
                                              {"stream", true},
                                              {"request_id", "resp_b"}});
    EXPECT_TRUE(live.complete);
    EXPECT_EQ(client_.get("/v1/responses/resp_b?stream=true").body, live.body);
    const auto rest = client_.get("/v1/responses/resp_b?stream=true&starting_after=5").events();
    EXPECT_EQ(rest.front()["sequence_number"], 6);
    EXPECT_EQ(rest.back()["type"], "response.completed");
}

TEST_F(SimResponses, AreCancelled) {
    server_.set_paused(true);
    client_.post(path, {{"input", "hi"}, {"background", true}, {"request_id", "resp_c"}});
    EXPECT_EQ(client_.post("/v1/responses/resp_c/cancel", Json::object()).json()["status"],
              "cancelled");
    server_.set_paused(false);
    EXPECT_EQ(client_.get("/v1/responses/resp_c").json()["status"], "cancelled");
    EXPECT_EQ(server_.stats().aborted, 1U);
}

TEST_F(SimResponses, NameTheirOwnFieldsInErrors) {
    const auto error = [&](const Json& body) { return client_.post(path, body).json()["error"]; };
    EXPECT_EQ(error({{"input", "hi"}, {"max_output_tokens", 50000}})["param"], "max_output_tokens");
    EXPECT_EQ(error({{"input", "hi"}, {"prompt", {{"id", "a"}}}})["message"],
              "prompt template is not supported (parameter=prompt)");
    EXPECT_EQ(error({{"input", "hi"}, {"background", true}, {"store", false}})["message"],
              "background can only be used when `store` is true (parameter=background)");
    EXPECT_EQ(error(Json::object())["param"], "body.input");
}

TEST(SimResponsesWithoutStore, RememberNothing) {
    const auto server = fast_sim();
    SimClient client(server);
    const Json reply = client.post(path, {{"input", "hi"}, {"max_output_tokens", 1}}).json();
    EXPECT_EQ(client.get("/v1/responses/" + reply["id"].get<std::string>()).status, 404);
    EXPECT_EQ(client.post(path, {{"input", "hi"}, {"background", true}}).json()["error"]["param"],
              "background");
}

TEST_F(SimResponses, EndWithoutAWordWhenTheEngineFails) {
    const SimReply reply = client_.post(
        path, {{"input", "hi"}, {"stream", true}, {"vllm_xargs", {{"sim_error_after_tokens", 2}}}});
    EXPECT_FALSE(reply.complete);
    EXPECT_EQ(reply.body.find("response.completed"), std::string::npos);
}

}  // namespace
}  // namespace vllm_client
