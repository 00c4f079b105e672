// SPDX-License-Identifier: Apache-2.0
// Replies were compared with vLLM 0.32.0.
#include <gtest/gtest.h>

#include <string>

#include "testing/sim_client.h"

namespace vllm_client {
namespace {

using support::chat_body;
using support::eventually;
using support::fast_sim;
using support::Json;
using support::SimClient;
using support::SimReply;
using testing::SimOptions;

constexpr const char* chat = "/v1/chat/completions";

SimOptions open_options() {
    SimOptions options;
    options.dev_mode = true;
    options.allow_runtime_lora = true;
    options.profiler = true;
    options.tokenizer_info = true;
    options.scale_out = true;
    return options;
}

class SimAdmin : public ::testing::Test {
 protected:
    Json post(const std::string& path, const Json& body = Json::object()) {
        return client_.post(path, body).json();
    }

    testing::SimServer server_{fast_sim(open_options())};
    SimClient client_{server_};
};

TEST(SimAdminGates, HideWhatIsNotSwitchedOn) {
    const auto server = fast_sim();
    SimClient client(server);
    for (const auto* path : {"/sleep", "/pause", "/v1/load_lora_adapter", "/start_profile",
                             "/adapters", "/abort_requests"}) {
        EXPECT_EQ(client.post(path, Json::object()).body, R"({"detail":"Not Found"})") << path;
    }
    EXPECT_EQ(client.get("/tokenizer_info").status, 404);
    const SimReply refused = client.post("/inference/v1/generate", Json::object());
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(refused.json()["error"]["type"], "PermissionDeniedError");
    EXPECT_EQ(client.post("/v1/messages/render", Json::object()).status, 403);
    EXPECT_EQ(client.get("/kv_event_sources").body, "{}");
}

TEST_F(SimAdmin, HoldsRequestsBackWhileAsleep) {
    EXPECT_EQ(post("/sleep?level=2"), Json({{"status", "sleeping"}, {"level", 2}}));
    EXPECT_EQ(client_.get("/is_sleeping").body, R"({"is_sleeping":true})");
    SimClient other(server_);
    other.send(chat, chat_body("hi", {{"max_tokens", 2}}));
    EXPECT_TRUE(eventually([&] { return server_.stats().waiting == 1; }));
    EXPECT_EQ(post("/wake_up?tags=weights"),
              Json({{"status", "sleeping"}, {"tags", Json::array({"weights"})}}));
    EXPECT_EQ(server_.stats().waiting, 1U);
    EXPECT_EQ(post("/wake_up"), Json({{"status", "awake"}, {"tags", nullptr}}));
    EXPECT_EQ(other.read_reply().status, 200);
    EXPECT_EQ(client_.post("/sleep?level=7", Json::object()).status, 400);
}

TEST_F(SimAdmin, EndsWhatRunsWhenPaused) {
    SimClient other(server_);
    server_.set_paused(true);
    other.send(chat, chat_body("hi", {{"stream", true}}));
    EXPECT_TRUE(eventually([&] { return server_.stats().waiting == 1; }));
    EXPECT_EQ(post("/pause"), Json({{"status", "paused"}}));
    EXPECT_EQ(other.read_reply().events().back()["choices"][0]["finish_reason"], "abort");
    EXPECT_EQ(client_.get("/is_paused").body, R"({"is_paused":true})");
    EXPECT_EQ(post("/resume"), Json({{"status", "resumed"}}));
}

TEST_F(SimAdmin, KeepsWhatRunsIfAsked) {
    SimClient other(server_);
    EXPECT_EQ(post("/pause?mode=keep"), Json({{"status", "paused"}}));
    other.send(chat, chat_body("hi", {{"max_tokens", 2}}));
    EXPECT_TRUE(eventually([&] { return server_.stats().waiting == 1; }));
    post("/resume");
    EXPECT_EQ(other.read_reply().json()["choices"][0]["finish_reason"], "length");
    EXPECT_EQ(client_.post("/pause?mode=odd", Json::object()).status, 400);
}

TEST_F(SimAdmin, AbortsByTheEnginesId) {
    SimClient other(server_);
    post("/pause?mode=keep");
    other.send_text("/v1/completions", R"({"prompt":["a","b"]})", "x-request-id: mine\r\n");
    EXPECT_TRUE(eventually([&] { return server_.stats().waiting == 2; }));
    EXPECT_EQ(post("/abort_requests", {{"request_ids", {"cmpl-mine-1"}}}),
              Json({{"status", "aborted"}, {"aborted", 1}}));
    EXPECT_TRUE(eventually([&] { return server_.stats().waiting == 1; }));
    post("/resume");
    const Json choices = other.read_reply().json()["choices"];
    EXPECT_EQ(choices[1]["finish_reason"], "abort");
    EXPECT_EQ(choices[0]["finish_reason"], "length");
}

TEST_F(SimAdmin, AnswersSmallQuestions) {
    EXPECT_EQ(post("/reset_prefix_cache"), Json({{"success", true}}));
    EXPECT_EQ(client_.post("/reset_mm_cache", Json::object()).status, 200);
    EXPECT_EQ(client_.post("/reset_encoder_cache", Json::object()).body, "");
    EXPECT_TRUE(client_.get("/server_info").json()["vllm_config"].is_string());
    EXPECT_TRUE(client_.get("/server_info?config_format=json").json()["vllm_config"].is_object());
    EXPECT_EQ(client_.post("/collective_rpc", {{"method", "nope"}}).status, 500);
    EXPECT_EQ(client_.post("/start_profile", Json::object()).status, 200);
    EXPECT_EQ(client_.post("/start_profile", Json::object()).status, 409);
    EXPECT_EQ(client_.post("/stop_profile", Json::object()).status, 200);
    EXPECT_EQ(client_.post("/release_kv_cache_memory", Json::object()).status, 500);
    EXPECT_EQ(post("/is_scaling_elastic_ep"), Json({{"is_scaling_elastic_ep", false}}));
    EXPECT_EQ(post("/scale_elastic_ep", {{"new_data_parallel_size", 2}}),
              Json({{"message", "Scaled to 2 data parallel engines"}}));
    EXPECT_EQ(client_.get("/get_world_size").body, R"({"world_size":2})");
    EXPECT_EQ(client_.get("/tokenizer_info").json()["eos_token"], "</s>");
}

TEST_F(SimAdmin, TakesNewWeights) {
    const Json before = post("/weight_checker", {{"action", "checksum"}})["checksums"];
    EXPECT_EQ(client_.post("/init_weight_transfer_engine", Json::object()).status, 400);
    EXPECT_EQ(post("/init_weight_transfer_engine", {{"init_info", Json::object()}})["message"],
              "Weight transfer initialized");
    EXPECT_EQ(post("/start_weight_update")["message"], "Weight update started");
    EXPECT_EQ(post("/update_weights", {{"update_info", Json::object()}})["message"],
              "Weights updated");
    EXPECT_EQ(post("/finish_weight_update", {{"weight_version", "v2"}})["message"],
              "Weight update finished");
    EXPECT_EQ(client_.get("/weight_info").body, R"({"weight_version":"v2"})");
    EXPECT_EQ(post("/weight_checker", {{"action", "compare"}, {"baseline", before}})["match"],
              false);
    EXPECT_EQ(post("/update_weight_version", {{"new_version", "default"}}),
              Json({{"success", true}, {"new_version", "default"}}));
    EXPECT_EQ(post("/weight_checker", {{"action", "compare"}, {"baseline", before}})["match"],
              true);
}

TEST_F(SimAdmin, LoadsAndUnloadsAdapters) {
    const Json body = {{"lora_name", "poet"}, {"lora_path", "/adapters/poet"}};
    EXPECT_EQ(client_.post("/v1/load_lora_adapter", body).body,
              "Success: LoRA adapter 'poet' added successfully.");
    EXPECT_EQ(post("/v1/load_lora_adapter", body)["error"]["type"], "InvalidUserInput");
    const Json listed = client_.get("/v1/models").json()["data"][1];
    EXPECT_EQ(listed["parent"], "sim");
    EXPECT_TRUE(listed["max_model_len"].is_null());
    EXPECT_EQ(post(chat, chat_body("hi", {{"model", "poet"}}))["model"], "poet");
    EXPECT_EQ(client_.post("/v1/unload_lora_adapter", {{"lora_name", "poet"}}).status, 200);
    EXPECT_EQ(client_.post(chat, chat_body("hi", {{"model", "poet"}})).status, 404);
    EXPECT_EQ(post("/v1/unload_lora_adapter", {{"lora_name", "poet"}})["error"]["message"],
              "The lora adapter 'poet' cannot be found.");
    EXPECT_EQ(client_.post("/adapters", {{"name", "a"}, {"src", "/missing"}}).status, 404);
    EXPECT_EQ(client_.post("/adapters", {{"name", "a"}, {"src", "/x"}}).status, 200);
    client_.raw().send("DELETE /adapters/a HTTP/1.1\r\nhost: sim\r\n\r\n");
    EXPECT_EQ(client_.read_reply().status, 200);
}

TEST_F(SimAdmin, AnswersSeveralConversations) {
    const Json talk = chat_body("hi")["messages"];
    const Json other = chat_body("ho")["messages"];
    const Json body = {{"messages", {talk, other}}, {"max_tokens", 3}};
    const Json reply = post("/v1/chat/completions/batch", body);
    ASSERT_EQ(reply["choices"].size(), 2U);
    EXPECT_EQ(reply["choices"][1]["index"], 1);
    EXPECT_EQ(reply["choices"][0]["message"],
              post(chat, chat_body("hi", {{"max_tokens", 3}}))["choices"][0]["message"]);
    EXPECT_EQ(post("/v1/chat/completions/batch", {{"messages", Json::array()}})["error"]["param"],
              "body.messages");
}

TEST_F(SimAdmin, ScoresByTheNextToken) {
    const Json body = {{"query", "a"}, {"items", {"b", "c"}}, {"label_token_ids", {5, 6}}};
    const Json reply = post("/generative_scoring", body);
    EXPECT_TRUE(reply["id"].get<std::string>().starts_with("generative-scoring-"));
    EXPECT_EQ(reply["data"].size(), 2U);
    EXPECT_EQ(reply["usage"]["completion_tokens"], 2);
    EXPECT_EQ(
        post("/generative_scoring",
             {{"query", "a"}, {"items", {"b"}}, {"label_token_ids", {5}}})["data"][0]["score"],
        1.0);
}

TEST_F(SimAdmin, GeneratesFromTokens) {
    const Json body = {{"token_ids", {300, 301}}, {"sampling_params", {{"max_tokens", 3}}}};
    const Json reply = post("/inference/v1/generate", body);
    EXPECT_TRUE(reply["request_id"].get<std::string>().starts_with("generate-tokens-"));
    EXPECT_EQ(reply["choices"][0]["token_ids"].size(), 3U);
    EXPECT_FALSE(reply["choices"][0].contains("text"));
    Json streamed = body;
    streamed["stream"] = true;
    streamed["output_mode"] = "text";
    const SimReply stream = client_.post("/inference/v1/generate", streamed);
    EXPECT_TRUE(stream.done());
    EXPECT_TRUE(stream.events()[0]["choices"][0].contains("text"));
    const Json rendered = post("/v1/chat/completions/render", chat_body("hi"));
    EXPECT_EQ(client_.post("/inference/v1/generate", rendered).status, 200);
}

TEST_F(SimAdmin, TellsInvocationsApart) {
    EXPECT_EQ(post("/invocations", chat_body("hi"))["object"], "chat.completion");
    EXPECT_EQ(post("/invocations", {{"prompt", "x"}})["object"], "text_completion");
    EXPECT_EQ(post("/invocations", {{"input", "x"}})["object"], "list");
}

}  // namespace
}  // namespace vllm_client
