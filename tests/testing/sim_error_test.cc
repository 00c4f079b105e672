// SPDX-License-Identifier: Apache-2.0
// The wording was compared with vLLM 0.32.0 by sending both the same requests.
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "testing/sim_client.h"

namespace vllm_client {
namespace {

using support::chat_body;
using support::fast_sim;
using support::Json;
using support::SimClient;
using support::SimReply;

constexpr const char* chat = "/v1/chat/completions";
constexpr const char* completions = "/v1/completions";

/// A request that is refused, and how.
struct Refusal {
    const char* name;
    const char* path;
    std::string body;
    int status;
    std::string error;  ///< The error object, without its status.
};

// gtest would print the bytes, addresses among them, and name the test by them.
void PrintTo(const Refusal& refusal, std::ostream* out) {
    *out << refusal.name;
}

std::string with(const std::string& members) {
    return R"({"messages":[{"role":"user","content":"hi"}],)" + members + "}";
}
std::string prompt_with(const std::string& members) {
    return R"({"prompt":"hi",)" + members + "}";
}
std::string error(const std::string& message, const std::string& type, const std::string& param) {
    return R"({"error":{"message":)" + Json(message).dump() + R"(,"type":")" + type +
           R"(","param":)" + (param.empty() ? "null" : "\"" + param + "\"") + R"(,"code":400}})";
}
std::string semantic(const std::string& message, const std::string& param = {}) {
    return error(message, "BadRequestError", param);
}
std::string schema(const std::string& message, const std::string& param) {
    return error("1 validation error:\n  " + message, "Bad Request", param);
}

std::vector<Refusal> schema_refusals() {
    return {
        {"UnknownModel", chat, with(R"("model":"absent")"), 404,
         R"({"error":{"message":"The model `absent` does not exist. Valid aliases: sim.","type":"NotFoundError","param":"model","code":404}})"},
        {"UnknownEmbeddingModel", "/v1/embeddings", R"({"model":"absent","input":"x"})", 404,
         R"({"error":{"message":"The model `absent` does not exist.","type":"NotFoundError","param":null,"code":404}})"},
        {"WrongType", chat, with(R"("temperature":"warm")"), 400,
         schema(
             "{'type': 'float_parsing', 'loc': 'body.temperature', 'msg': 'Input should be a valid "
             "number, unable to parse string as a number', 'input': 'warm'}",
             "body.temperature")},
        {"MissingMessages", chat, "{}", 400,
         schema("{'type': 'missing', 'loc': 'body.messages', 'msg': 'Field required', 'input': "
                "'<dict of 0 items>'}",
                "body.messages")},
        {"MalformedJson", completions, R"({"model":"tiny","prompt":)", 400,
         schema("{'type': 'json_invalid', 'loc': 'body.25', 'msg': 'JSON decode error', 'input': "
                "'<dict of 0 items>', 'ctx': {'error': 'Expecting value'}}",
                "body.25")},
        {"NotAnObject", chat, "[]", 400,
         schema("{'type': 'model_attributes_type', 'loc': 'body', 'msg': 'Input should be a valid "
                "dictionary or object to extract fields from', 'input': '<list of 0 items>'}",
                "body")},
        {"EmptyBody", chat, "", 400,
         schema("{'type': 'missing', 'loc': 'body', 'msg': 'Field required', 'input': 'None'}",
                "body")},
        {"CompressedBody", completions, std::string("\x1F\x8B\x08\0\0\0\0\0", 8), 400,
         R"({"detail":"There was an error parsing the body"})"},
    };
}

std::vector<Refusal> semantic_refusals() {
    return {
        {"TemperatureTooHigh", chat, with(R"("temperature":3)"), 400,
         semantic("temperature must be in [0, 2], got 3.0. (parameter=temperature, value=3.0)",
                  "temperature")},
        {"TopPZero", chat, with(R"("top_p":0)"), 400,
         semantic("top_p must be in (0, 1], got 0.0. (parameter=top_p, value=0.0)", "top_p")},
        {"EmptyTools", chat, with(R"("tools":[])"), 400,
         semantic(
             "`tools` must not be an empty array. Either provide at least one tool or omit the "
             "field entirely. (parameter=tools)",
             "tools")},
        {"StreamOptionsWithoutStream", chat, with(R"("stream_options":{})"), 400,
         semantic(
             "Stream options can only be defined when `stream=True`. (parameter=stream_options)",
             "stream_options")},
        {"MaxTokensZero", chat, with(R"("max_tokens":0)"), 400,
         semantic("max_tokens must be at least 1, got 0. (parameter=max_tokens, value=0)",
                  "max_tokens")},
        {"MaxTokensBeyondContext", completions, prompt_with(R"("max_tokens":2000)"), 400,
         semantic("max_tokens=2000 cannot be greater than max_model_len=1024. Please request fewer "
                  "output tokens. (parameter=max_tokens, value=2000)",
                  "max_tokens")},
        {"GreedyWithSamples", chat, with(R"("n":2,"temperature":0)"), 400,
         semantic("n must be 1 when using greedy sampling, got 2.")},
        {"EmptyPrompt", completions, R"({"prompt":""})", 400,
         semantic("Either prompt or prompt_embeds must be provided and non-empty. "
                  "(parameter=prompt)",
                  "prompt")},
        {"NoPrompt", completions, R"({"prompt":[]})", 400,
         semantic("You must pass at least one prompt")},
        {"EmptyStop", chat, with(R"("stop":[""])"), 400,
         semantic("stop cannot contain an empty string.")},
        {"TooManyLogprobs", chat, with(R"("logprobs":true,"top_logprobs":50)"), 400,
         semantic("Requested sample logprobs of 50, which is greater than max allowed: 20 "
                  "(parameter=logprobs, value=50)",
                  "logprobs")},
        {"Dimensions", "/v1/embeddings", R"({"input":"x","dimensions":10})", 400,
         semantic("Model 'sim' does not support Matryoshka embeddings; dimensions must be unset "
                  "(received dimensions=10).")},
        {"Multimodal", chat,
         R"({"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:x"}}]}]})",
         400, semantic("sim is not a multimodal model")},
    };
}

class SimRefusal : public ::testing::TestWithParam<Refusal> {};

TEST_P(SimRefusal, IsWordedAsInVllm) {
    const testing::SimServer server = fast_sim({.max_model_len = 1024});
    SimClient client(server);
    const SimReply reply = client.post_text(GetParam().path, GetParam().body);
    EXPECT_EQ(reply.status, GetParam().status);
    EXPECT_EQ(reply.body, GetParam().error);
    EXPECT_EQ(reply.header("content-type"), "application/json");
    EXPECT_EQ(server.stats().responses_error, 1U);
    EXPECT_EQ(client.post(chat, chat_body("hi", {{"max_tokens", 1}})).status, 200)
        << "the connection serves on";
}

INSTANTIATE_TEST_SUITE_P(Schema, SimRefusal, ::testing::ValuesIn(schema_refusals()),
                         [](const auto& refusal) { return refusal.param.name; });
INSTANTIATE_TEST_SUITE_P(Semantic, SimRefusal, ::testing::ValuesIn(semantic_refusals()),
                         [](const auto& refusal) { return refusal.param.name; });

class SimErrors : public ::testing::Test {
 protected:
    testing::SimServer server_{fast_sim({.max_model_len = 1024})};
    SimClient client_{server_};
};

TEST_F(SimErrors, RefusePromptsBeyondTheContext) {
    const auto refused = [&](int tokens) {
        const Json body{{"prompt", std::vector<int>(static_cast<std::size_t>(tokens), 10)}};
        return client_.post(completions, body).json()["error"];
    };
    EXPECT_EQ(refused(1100)["message"],
              "This model's maximum context length is 1024 tokens. However, your prompt contains "
              "1100 input tokens, which exceeds this limit even without any output tokens. Please "
              "reduce the length of the input prompt. (parameter=input_tokens, value=1100)");
    EXPECT_EQ(refused(1100)["param"], "input_tokens");
    EXPECT_EQ(refused(1024)["message"],
              "max_tokens must be at least 1, got 0. (parameter=max_tokens, value=0)");
}

TEST_F(SimErrors, ListSeveralProblems) {
    const Json error =
        client_.post(chat, chat_body("x", {{"n", "x"}, {"temperature", "y"}})).json()["error"];
    EXPECT_TRUE(error["message"].get<std::string>().starts_with("2 validation errors:\n"));
    EXPECT_EQ(error["param"], "body.n");
    EXPECT_EQ(error["type"], "Bad Request");
}

TEST_F(SimErrors, RefuseOtherContentTypes) {
    client_.raw().send(
        "POST /v1/completions HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\n"
        "content-length: 2\r\n\r\n{}");
    const SimReply reply = client_.read_reply();
    EXPECT_EQ(reply.status, 400);
    EXPECT_EQ(reply.json()["error"]["message"],
              "1 validation error:\n  Unsupported Media Type: Only 'application/json' is allowed");
    EXPECT_TRUE(reply.json()["error"]["param"].is_null());
}

TEST_F(SimErrors, ComeAsTheFirstEventWhenTheEngineFindsThem) {
    const SimReply reply = client_.post(
        chat, chat_body("x", {{"stream", true}, {"logprobs", true}, {"top_logprobs", 50}}));
    EXPECT_EQ(reply.status, 200);
    EXPECT_TRUE(reply.done());
    EXPECT_EQ(
        reply.body,
        "data: {\"error\": {\"message\": \"Requested sample logprobs of 50, which is greater than "
        "max allowed: 20 (parameter=logprobs, value=50)\", \"type\": \"BadRequestError\", "
        "\"param\": \"logprobs\", \"code\": 400}}\n\ndata: [DONE]\n\n");
}

TEST_F(SimErrors, ComeBeforeTheStreamWhenTheServerFindsThem) {
    const SimReply reply =
        client_.post(chat, chat_body("x", {{"stream", true}, {"model", "absent"}}));
    EXPECT_EQ(reply.status, 404);
    EXPECT_EQ(reply.header("content-type"), "application/json");
}

TEST_F(SimErrors, IgnoreUnknownFields) {
    const Json odd = {{"max_tokens", 1}, {"no_such_field", {{"a", 1}}}, {"guided_json", "{}"}};
    EXPECT_EQ(client_.post(chat, chat_body("x", odd)).status, 200);
}

TEST_F(SimErrors, SurviveDeepJson) {
    const std::string deep =
        R"({"messages":)" + std::string(200000, '[') + std::string(200000, ']') + "}";
    EXPECT_EQ(client_.post_text(chat, deep).status, 400);
    EXPECT_EQ(client_.get("/health").status, 200);
}

}  // namespace
}  // namespace vllm_client
