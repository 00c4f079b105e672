// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "testing/sim_client.h"

namespace vllm_client {
namespace {

using support::fast_sim;
using support::Json;
using support::keys;
using support::SimClient;
using support::SimReply;

class SimCompletion : public ::testing::Test {
 protected:
    SimReply post(Json body) {
        if (!body.contains("prompt")) body["prompt"] = "Once upon a time";
        return client_.post("/v1/completions", body);
    }

    testing::SimServer server_{fast_sim()};
    SimClient client_{server_};
};

TEST_F(SimCompletion, AnswersWithVllmsKeys) {
    const Json body = post({}).json();
    EXPECT_EQ(keys(body),
              "id object created model choices service_tier system_fingerprint usage "
              "kv_transfer_params ec_transfer_params metrics");
    EXPECT_EQ(keys(body["choices"][0]),
              "index text logprobs finish_reason stop_reason token_ids prompt_logprobs "
              "prompt_token_ids routed_experts");
    EXPECT_EQ(body["object"], "text_completion");
    EXPECT_TRUE(body["id"].get<std::string>().starts_with("cmpl-"));
    EXPECT_EQ(body["usage"]["completion_tokens"], 16) << "the default of max_tokens";
}

TEST_F(SimCompletion, AnswersAListOfPromptsInOrder) {
    const Json list = post({{"prompt", {"one", "two"}}, {"n", 2}, {"max_tokens", 4}}).json();
    ASSERT_EQ(list["choices"].size(), 4U);
    for (std::size_t i = 0; i < 4; ++i)
        EXPECT_EQ(list["choices"][i]["index"], i);
    const Json two = post({{"prompt", "two"}, {"n", 2}, {"max_tokens", 4}}).json();
    EXPECT_EQ(list["choices"][2]["text"], two["choices"][0]["text"]);
    EXPECT_EQ(list["choices"][3]["text"], two["choices"][1]["text"]);
    EXPECT_EQ(list["usage"]["completion_tokens"], 16);
}

TEST_F(SimCompletion, TakesTokenIdsForText) {
    const Json ids = client_.post("/tokenize", Json{{"prompt", "one"}}).json()["tokens"];
    const Json text = post({{"prompt", "one"}, {"max_tokens", 6}}).json()["choices"][0]["text"];
    EXPECT_EQ(post({{"prompt", ids}, {"max_tokens", 6}}).json()["choices"][0]["text"], text);
    const Json lists = post({{"prompt", Json::array({ids, ids})}, {"max_tokens", 6}}).json();
    EXPECT_EQ(lists["choices"][1]["text"], text);
}

TEST_F(SimCompletion, StreamsPromptsInterleaved) {
    const Json wanted = {{"prompt", {"one", "two"}}, {"max_tokens", 4}, {"ignore_eos", true}};
    const Json whole = post(wanted).json();
    Json streamed = wanted;
    streamed["stream"] = true;
    streamed["stream_options"] = {{"include_usage", true}};
    const SimReply reply = post(streamed);
    ASSERT_TRUE(reply.done());
    const auto events = reply.events();
    ASSERT_EQ(events.size(), 8U + 1U) << "no role event, one usage event";
    EXPECT_EQ(keys(events[0]["choices"][0]),
              "index text logprobs finish_reason stop_reason prompt_token_ids token_ids");
    EXPECT_NE(events[0]["choices"][0]["index"], events[1]["choices"][0]["index"]);
    EXPECT_EQ(reply.text(0), whole["choices"][0]["text"]);
    EXPECT_EQ(reply.text(1), whole["choices"][1]["text"]);
    EXPECT_EQ(events.back()["usage"]["completion_tokens"], 8);
}

TEST_F(SimCompletion, EchoesThePrompt) {
    const std::string plain = post({{"max_tokens", 3}}).json()["choices"][0]["text"];
    const Json echo = {{"max_tokens", 3}, {"echo", true}};
    EXPECT_EQ(post(echo).json()["choices"][0]["text"], "Once upon a time" + plain);
    Json streamed = echo;
    streamed["stream"] = true;
    EXPECT_EQ(post(streamed).text(), "Once upon a time" + plain);
    const Json only = post({{"max_tokens", 0}, {"echo", true}}).json();
    EXPECT_EQ(only["choices"][0]["text"], "Once upon a time");
    EXPECT_EQ(only["usage"]["completion_tokens"], 1) << "as in vLLM";
}

TEST_F(SimCompletion, ReportsLogProbabilitiesOfEchoAndAnswer) {
    const Json choice =
        post({{"max_tokens", 2}, {"echo", true}, {"logprobs", 1}, {"prompt", " the sky"}})
            .json()["choices"][0];
    const Json& logprobs = choice["logprobs"];
    EXPECT_EQ(keys(logprobs), "text_offset token_logprobs tokens top_logprobs");
    ASSERT_EQ(logprobs["tokens"].size(), 4U);
    EXPECT_TRUE(logprobs["token_logprobs"][0].is_null());
    EXPECT_TRUE(logprobs["top_logprobs"][0].is_null());
    EXPECT_EQ(logprobs["text_offset"][1], 4);
    EXPECT_EQ(choice["prompt_logprobs"].size(), 2U);
    std::string text;
    for (const Json& token : logprobs["tokens"])
        text += token.get<std::string>();
    EXPECT_EQ(text, choice["text"]);
}

TEST_F(SimCompletion, ContinuesTextOffsetsOverChunks) {
    const auto events = post({{"max_tokens", 4}, {"logprobs", 0}, {"stream", true}}).events();
    std::size_t offset = 0;
    for (const Json& event : events) {
        const Json& logprobs = event["choices"][0]["logprobs"];
        EXPECT_EQ(logprobs["text_offset"][0], offset);
        for (const char c : logprobs["tokens"][0].get<std::string>()) {
            offset += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
        }
    }
    EXPECT_EQ(events.size(), 4U);
}

TEST_F(SimCompletion, ClampsTheLengthToTheContext) {
    const testing::SimServer small = fast_sim({.max_model_len = 40});
    SimClient client(small);
    const Json body{{"prompt", "one two three"}, {"max_tokens", 40}, {"ignore_eos", true}};
    const Json reply = client.post("/v1/completions", body).json();
    EXPECT_EQ(reply["choices"][0]["finish_reason"], "length");
    EXPECT_EQ(reply["usage"]["total_tokens"], 40);
}

TEST_F(SimCompletion, MakesTextFromAllowedTokensOnly) {
    const Json wanted = {{"allowed_token_ids", {300, 301}}, {"return_token_ids", true}};
    const Json ids = post(wanted).json()["choices"][0]["token_ids"];
    EXPECT_EQ(ids.size(), 16U);
    for (const Json& id : ids)
        EXPECT_TRUE(id == 300 || id == 301 || id == 1) << id;
}

class SimTokens : public SimCompletion {};

TEST_F(SimTokens, RoundTripAnyText) {
    const std::string text = "Hé 😀\n \"quoted\" \\ </s> 東京";
    const Json tokenized =
        client_.post("/tokenize", Json{{"prompt", text}, {"return_token_strs", true}}).json();
    EXPECT_EQ(keys(tokenized), "count max_model_len tokens token_strs");
    EXPECT_EQ(tokenized["count"], tokenized["tokens"].size());
    EXPECT_EQ(tokenized["token_strs"].size(), tokenized["tokens"].size());
    const Json back = client_.post("/detokenize", Json{{"tokens", tokenized["tokens"]}}).json();
    EXPECT_EQ(back["prompt"], text);
}

TEST_F(SimTokens, CountAConversationAsTheChatDoes) {
    const Json body = support::chat_body("Hello", {{"max_tokens", 1}});
    const Json counted = client_.post("/tokenize", body).json();
    EXPECT_TRUE(counted["token_strs"].is_null());
    EXPECT_EQ(client_.post("/v1/chat/completions", body).json()["usage"]["prompt_tokens"],
              counted["count"]);
}

class SimEmbeddings : public SimCompletion {
 protected:
    Json embed(const Json& body) { return client_.post("/v1/embeddings", body).json(); }
};

TEST_F(SimEmbeddings, AnswerWithVllmsKeys) {
    const Json body = embed({{"input", {"a", "b"}}});
    EXPECT_EQ(keys(body), "id object created model data usage");
    EXPECT_TRUE(body["id"].get<std::string>().starts_with("embd-"));
    ASSERT_EQ(body["data"].size(), 2U);
    EXPECT_EQ(keys(body["data"][1]), "index object embedding");
    EXPECT_EQ(body["data"][1]["index"], 1);
    EXPECT_EQ(body["data"][0]["embedding"].size(), 384U);
    EXPECT_EQ(body["usage"]["completion_tokens"], 0);
    EXPECT_EQ(body["usage"]["total_tokens"], body["usage"]["prompt_tokens"]);
}

TEST_F(SimEmbeddings, AreTheSameAsFloatsBase64AndFromIds) {
    const Json floats = embed({{"input", "some text"}})["data"][0]["embedding"];
    const std::string base64 =
        embed({{"input", "some text"}, {"encoding_format", "base64"}})["data"][0]["embedding"];
    EXPECT_EQ(base64.size(), 384U * sizeof(float) / 3 * 4);
    const Json ids = client_.post("/tokenize", Json{{"prompt", "some text"}}).json()["tokens"];
    EXPECT_EQ(embed({{"input", ids}})["data"][0]["embedding"], floats);
    EXPECT_EQ(embed({{"input", Json::array({ids})}})["data"][0]["embedding"], floats);
}

TEST_F(SimEmbeddings, ChangeDimensionsOnlyForMatryoshkaModels) {
    const SimReply refused =
        client_.post("/v1/embeddings", Json{{"input", "x"}, {"dimensions", 8}});
    EXPECT_EQ(refused.status, 400);
    const testing::SimServer server = fast_sim({.matryoshka = true});
    SimClient client(server);
    const Json cut = client.post("/v1/embeddings", Json{{"input", "x"}, {"dimensions", 8}}).json();
    EXPECT_EQ(cut["data"][0]["embedding"].size(), 8U);
}

}  // namespace
}  // namespace vllm_client
