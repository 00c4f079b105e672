// SPDX-License-Identifier: Apache-2.0
// The shapes and the wording were compared with vLLM 0.32.0.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
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
using testing::SimOptions;

SimOptions pooling_options() {
    SimOptions options;
    options.tasks = {"embed", "token_embed", "classify"};
    options.labels = {"weather", "sport", "politics"};
    return options;
}

class SimPooling : public ::testing::Test {
 protected:
    std::string error_of(const char* path, const Json& body) {
        const SimReply reply = client_.post(path, body);
        EXPECT_EQ(reply.status, 400);
        return reply.json()["error"]["message"];
    }

    testing::SimServer server_{fast_sim(pooling_options())};
    SimClient client_{server_};
};

TEST_F(SimPooling, AnswersWithTheModelsOwnTask) {
    const Json reply = client_.post("/pooling", {{"input", {"a b", "c"}}}).json();
    EXPECT_EQ(keys(reply), "id object created model data usage");
    EXPECT_TRUE(reply["id"].get<std::string>().starts_with("pooling-"));
    EXPECT_EQ(keys(reply["data"][1]), "index object data");
    EXPECT_EQ(reply["data"][1]["object"], "pooling");
    EXPECT_EQ(reply["data"][1]["data"].size(), 384U);
    const Json vector = client_.post("/v1/embeddings", {{"input", "c"}}).json();
    EXPECT_EQ(reply["data"][1]["data"], vector["data"][0]["embedding"]);
}

TEST_F(SimPooling, GivesAVectorForEachTokenIfAsked) {
    const Json reply =
        client_.post("/pooling", {{"input", "the sky is blue"}, {"task", "token_embed"}}).json();
    EXPECT_EQ(reply["data"][0]["data"].size(), reply["usage"]["prompt_tokens"]);
    EXPECT_EQ(reply["data"][0]["data"][0].size(), 384U);
}

TEST_F(SimPooling, GivesProbabilitiesForTheTaskClassify) {
    const Json reply =
        client_.post("/pooling", {{"input", "weather today"}, {"task", "classify"}}).json();
    const auto scores = reply["data"][0]["data"].get<std::vector<double>>();
    ASSERT_EQ(scores.size(), 3U);
    EXPECT_NEAR(scores[0] + scores[1] + scores[2], 1, 1e-6);
}

TEST_F(SimPooling, RefusesWhatVllmRemoved) {
    EXPECT_EQ(error_of("/pooling", {{"input", "a"}, {"normalize", true}}),
              "Parameter `normalize` was removed; use `use_activation` instead. "
              "(parameter=normalize)");
    EXPECT_EQ(error_of("/pooling", {{"input", "a"}, {"task", "score"}}),
              "`score` task was removed; use `classify` instead. (parameter=task)");
    EXPECT_EQ(error_of("/pooling", {{"input", "a"}, {"dimensions", 3}}),
              "dimensions is currently not supported (parameter=dimensions)");
    EXPECT_EQ(error_of("/pooling", {{"input", "a"}, {"task", "token_classify"}}),
              "Unsupported task: 'token_classify' Supported tasks: ['embed', 'token_embed', "
              "'classify'] (parameter=task)");
    EXPECT_EQ(error_of("/v1/embeddings", {{"input", "a"}, {"truncate_prompt_tokens", 10000}}),
              "truncate_prompt_tokens value is greater than max_model_len. Please request a "
              "smaller truncation size.");
    EXPECT_NE(error_of("/pooling", Json::object()).find("3 validation errors:"), std::string::npos);
}

TEST_F(SimPooling, TellsWhereTensorsLieInBytes) {
    const SimReply reply = client_.post("/pooling", {{"input", {"a b", "c"}},
                                                     {"encoding_format", "bytes"},
                                                     {"embed_dtype", "float16"},
                                                     {"endianness", "big"}});
    EXPECT_EQ(reply.header("content-type"), "application/octet-stream");
    EXPECT_EQ(reply.body.size(), 2U * 384 * 2);
    const Json metadata = Json::parse(reply.header("metadata"));
    EXPECT_EQ(keys(metadata), "id created model data usage");
    EXPECT_EQ(keys(metadata["data"][1]), "index embed_dtype endianness start end shape");
    EXPECT_EQ(metadata["data"][1]["start"], 768);
    EXPECT_EQ(metadata["data"][1]["end"], 1536);
    EXPECT_EQ(metadata["data"][1]["shape"], Json::array({384}));
    EXPECT_EQ(keys(metadata["usage"]), "prompt_tokens total_tokens");
}

TEST_F(SimPooling, KeepsSilentWithBytesOnly) {
    const SimReply reply =
        client_.post("/v1/embeddings", {{"input", "a"}, {"encoding_format", "bytes_only"}});
    EXPECT_EQ(reply.header("metadata"), "");
    EXPECT_EQ(reply.body.size(), 384U * 4);
}

TEST_F(SimPooling, RoundsToTheWantedType) {
    const auto numbers = client_.post("/v1/embeddings", {{"input", "the sky"}})
                             .json()["data"][0]["embedding"]
                             .get<std::vector<double>>();
    const auto bytes = [&](const char* dtype) {
        return client_
            .post("/v1/embeddings",
                  {{"input", "the sky"}, {"encoding_format", "bytes_only"}, {"embed_dtype", dtype}})
            .body;
    };
    const std::string brain = bytes("bfloat16");
    const std::string tiny = bytes("fp8_e5m2");
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        // A bfloat16 is the upper half of a float; an e5m2 is the upper half of a half.
        const auto high = static_cast<unsigned char>(brain[2 * i + 1]);
        const auto low = static_cast<unsigned char>(brain[2 * i]);
        const std::uint32_t bits = (high * 256U + low) << 16U;
        float value = 0;
        std::memcpy(&value, &bits, sizeof(value));
        EXPECT_NEAR(value, numbers[i], std::abs(numbers[i]) / 256 + 1e-9);
        const auto small = static_cast<unsigned char>(tiny[i]);
        const double exponent = (small >> 2U) & 31U;
        const double fraction = small & 3U;
        const double size = exponent == 0
                                ? std::ldexp(fraction / 4, -14)
                                : std::ldexp(1 + fraction / 4, static_cast<int>(exponent) - 15);
        EXPECT_NEAR(small > 127 ? -size : size, numbers[i], std::abs(numbers[i]) / 8 + 1e-5);
    }
}

TEST_F(SimPooling, NamesWrongForms) {
    EXPECT_NE(error_of("/pooling", {{"input", "a"}, {"embed_dtype", "y"}})
                  .find("Input should be 'float32', 'float16', 'bfloat16', 'fp8_e4m3' or "
                        "'fp8_e5m2'"),
              std::string::npos);
}

TEST_F(SimPooling, EmbedsConversations) {
    const Json one = Json::array({{{"role", "user"}, {"content", "hi"}}});
    const Json two = Json::array({{{"role", "user"}, {"content", "ho"}}});
    const auto count = [&](const char* path, const Json& body) {
        return client_.post(path, body).json()["data"].size();
    };
    EXPECT_EQ(count("/v1/embeddings", {{"messages", one}}), 1U);
    EXPECT_EQ(count("/v1/embeddings", {{"messages", Json::array({one, two})}}), 2U);
    EXPECT_EQ(count("/v1/embeddings", {{"input", one}}), 1U);
    EXPECT_EQ(count("/v1/embeddings", {{"input", Json::array({one, two})}}), 2U);
    EXPECT_EQ(count("/pooling", {{"messages", one}}), 1U);
}

TEST_F(SimPooling, CutsWhereItIsTold) {
    const auto vector = [&](const Json& more) {
        Json body = {{"input", "the sky is blue and the sea is green"}};
        body.update(more);
        return client_.post("/v1/embeddings", body).json()["data"][0]["embedding"];
    };
    const Json left = vector({{"truncate_prompt_tokens", 3}, {"truncation_side", "left"}});
    const Json right = vector({{"truncate_prompt_tokens", 3}});
    EXPECT_NE(left, right);
    EXPECT_EQ(client_.post("/v1/embeddings", {{"input", "a b c d"}, {"truncate_prompt_tokens", 2}})
                  .json()["usage"]["prompt_tokens"],
              2);
}

TEST_F(SimPooling, Classifies) {
    const Json reply =
        client_.post("/classify", {{"input", {"weather is fine", "sport news"}}}).json();
    EXPECT_TRUE(reply["id"].get<std::string>().starts_with("classify-"));
    EXPECT_EQ(keys(reply["data"][0]), "index label probs num_classes");
    EXPECT_EQ(reply["data"][0]["label"], "weather");
    EXPECT_EQ(reply["data"][1]["label"], "sport");
    EXPECT_EQ(reply["data"][1]["num_classes"], 3);
    EXPECT_EQ(keys(reply["usage"]),
              "prompt_tokens total_tokens completion_tokens prompt_tokens_details "
              "completion_tokens_details");
}

TEST_F(SimPooling, ScoresTextsThatShareWordsHigher) {
    const Json reply = client_
                           .post("/v1/score", {{"text_1", "the blue sky"},
                                               {"text_2", {"the blue sky", "a green tree"}}})
                           .json();
    EXPECT_EQ(keys(reply), "id object created model data usage");
    EXPECT_EQ(keys(reply["data"][0]), "index object score");
    EXPECT_NEAR(reply["data"][0]["score"], 1, 1e-6);
    EXPECT_LT(reply["data"][1]["score"], 0.7);
}

TEST_F(SimPooling, PairsListsOfTheSameLength) {
    const auto count = [&](const Json& body) {
        return client_.post("/score", body).json()["data"].size();
    };
    EXPECT_EQ(count({{"queries", {"a", "b"}}, {"documents", {"c", "d"}}}), 2U);
    EXPECT_EQ(count({{"queries", "a"}, {"items", {"c", "d", "e"}}}), 3U);
    EXPECT_EQ(count({{"data_1", "a"}, {"data_2", "b"}}), 1U);
    EXPECT_EQ(error_of("/score", {{"queries", {"a", "b"}}, {"documents", {"a", "b", "c"}}}),
              "Input lengths must be either 1:1, 1:N or N:N");
    EXPECT_EQ(error_of("/score", {{"queries", Json::array()}, {"items", {"x"}}}),
              "At least one text element must be given");
    EXPECT_NE(error_of("/score", {{"queries", "a"}}).find("6 validation errors:"),
              std::string::npos);
    const Json parts = {{"content", {{{"type", "text"}, {"text", "hi"}}}}};
    EXPECT_EQ(error_of("/score", {{"data_1", "a"}, {"data_2", parts}}),
              "MultiModalParam is not supported for SimModel");
}

TEST_F(SimPooling, RanksByScore) {
    const Json body = {{"query", "blue sky"},
                       {"documents", {"green tree", "the blue sky", "blue sea"}},
                       {"top_n", 2}};
    for (const auto* path : {"/rerank", "/v1/rerank", "/v2/rerank"}) {
        const Json reply = client_.post(path, body).json();
        EXPECT_EQ(keys(reply), "id model usage results");
        EXPECT_TRUE(reply["id"].get<std::string>().starts_with("score-"));
        EXPECT_EQ(keys(reply["usage"]), "prompt_tokens total_tokens");
        ASSERT_EQ(reply["results"].size(), 2U);
        const Json& first = reply["results"][0];
        EXPECT_EQ(keys(first), "index document relevance_score");
        EXPECT_EQ(first["index"], 1);
        EXPECT_EQ(first["document"], Json({{"text", "the blue sky"}, {"multi_modal", nullptr}}));
        EXPECT_EQ(reply["results"][1]["index"], 2);
    }
    EXPECT_NE(error_of("/rerank", {{"query", "a"}, {"documents", {"b"}}, {"top_n", -1}})
                  .find("Input should be greater than or equal to 0"),
              std::string::npos);
    EXPECT_EQ(error_of("/rerank", {{"query", "a"}, {"documents", Json::array()}}),
              "At least one text_pair element must be given");
}

TEST_F(SimPooling, SpeaksCoheresForm) {
    const Json reply =
        client_
            .post("/v2/embed",
                  {{"texts", {"a b"}}, {"embedding_types", {"binary", "ubinary", "base64"}}})
            .json();
    EXPECT_EQ(keys(reply), "id embeddings texts meta response_type");
    EXPECT_EQ(keys(reply["embeddings"]), "binary ubinary base64");
    EXPECT_EQ(reply["embeddings"]["binary"][0].size(), 48U);
    EXPECT_EQ(reply["embeddings"]["binary"][0][0].get<int>() + 128,
              reply["embeddings"]["ubinary"][0][0].get<int>());
    EXPECT_EQ(reply["meta"]["api_version"]["version"], "2");
    EXPECT_NE(error_of("/v2/embed", {{"texts", Json::array()}}).find("Exactly one of texts"),
              std::string::npos);
    EXPECT_EQ(error_of("/v2/embed", {{"texts", {"a"}}, {"input_type", "search_query"}}),
              "Unsupported input_type 'search_query'. This model does not define any input_type "
              "task instructions.");
}

TEST(SimPoolingTasks, MountOnlyTheirRoutes) {
    SimOptions options;
    options.tasks = {"classify"};
    const auto server = fast_sim(options);
    SimClient client(server);
    EXPECT_EQ(client.post("/classify", {{"input", "x"}}).status, 200);
    EXPECT_EQ(client.post("/v1/embeddings", {{"input", "x"}}).status, 404);
    EXPECT_EQ(client.post("/score", {{"text_1", "x"}, {"text_2", "y"}}).status, 404);
    EXPECT_EQ(client.post("/v1/chat/completions", Json::object()).status, 404);
}

TEST(SimPoolingTasks, ScoreWithAClassifierOfOneLabel) {
    SimOptions options;
    options.tasks = {"classify"};
    options.labels = {"relevant"};
    const auto server = fast_sim(options);
    SimClient client(server);
    const Json reply =
        client.post("/score", {{"text_1", "blue sky"}, {"text_2", {"blue sky", "tree"}}}).json();
    EXPECT_GT(reply["data"][0]["score"], 0.9);
    EXPECT_LT(reply["data"][1]["score"], 0.1);
}

}  // namespace
}  // namespace vllm_client
