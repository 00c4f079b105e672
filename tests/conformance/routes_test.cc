// SPDX-License-Identifier: Apache-2.0
// Routes beside chat, completions and embeddings that the two servers mount.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "conformance/conformance_servers.h"
#include "vllm_client/admin.h"
#include "vllm_client/audio.h"
#include "vllm_client/chat_batch.h"
#include "vllm_client/embed_by_type.h"
#include "vllm_client/generate.h"
#include "vllm_client/lora.h"
#include "vllm_client/pooling.h"
#include "vllm_client/scoring.h"

namespace vllm_client::conformance {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::vector<std::string> two_texts = {"A cat sat on the mat.", "Shares fell in Tokyo today."};

TEST(ChatBatch, EachConversationIsAnsweredAtItsPlace) {
    const ChatReply reply = generation()
                                .chat_batch({.conversations = {{user("One")}, {user("Two")}},
                                             .settings = {.max_tokens = 4, .temperature = 0.0}})
                                .value();
    ASSERT_EQ(reply.choices.size(), 2U);
    EXPECT_EQ(reply.choices[0].index, 0);
    EXPECT_EQ(reply.choices[1].index, 1);
    ASSERT_TRUE(reply.usage);
    EXPECT_GT(reply.usage->completion_tokens, 0);
}

TEST(ScoreLabels, EachItemHasAProbability) {
    const ScoreReply reply = generation()
                                 .score_labels({.query = std::string("Is this true? "),
                                                .items = std::vector<std::string>{"Yes", "No"},
                                                .label_token_ids = {10, 11}})
                                 .value();
    ASSERT_EQ(reply.data.size(), 2U);
    for (const Score& score : reply.data) {
        EXPECT_GE(score.score, 0);
        EXPECT_LE(score.score, 1);
    }
}

TEST(TokenizerInfo, NamesTheTokenizer) {
    const auto info = generation().tokenizer_info();
    ASSERT_TRUE(info) << info.error().to_string();
    EXPECT_FALSE(info->tokenizer_class.empty());
}

TEST(Pooling, EmbedsLikeEmbeddings) {
    const EmbeddingReply embedded = embedding().embed({.input = two_texts}).value();
    const PoolingReply pooled = embedding().pool({.input = two_texts, .task = "embed"}).value();
    ASSERT_EQ(pooled.items.size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) {
        ASSERT_EQ(pooled.items[i].values.size(), embedded.dim);
        for (std::size_t k = 0; k < embedded.dim; ++k)
            EXPECT_NEAR(pooled.items[i].values[k], embedded[i][k], 2e-3);
    }
}

TEST(Embedding, BytesAndNarrowTypesCarryTheSameVectors) {
    const EmbeddingReply exact = embedding().embed({.input = two_texts}).value();
    const EmbeddingReply bytes =
        embedding().embed({.input = two_texts, .encoding_format = EncodingFormat::bytes}).value();
    ASSERT_EQ(bytes.size(), 2U);
    ASSERT_EQ(bytes.dim, exact.dim);
    for (std::size_t k = 0; k < exact.dim; ++k)
        EXPECT_NEAR(bytes[1][k], exact[1][k], 2e-3);
    const EmbeddingReply narrow = embedding()
                                      .embed({.input = two_texts,
                                              .encoding_format = EncodingFormat::base64,
                                              .embed_dtype = EmbedDtype::float16})
                                      .value();
    for (std::size_t k = 0; k < exact.dim; ++k)
        EXPECT_NEAR(narrow[0][k], exact[0][k], 4e-3);
}

TEST(Score, ATextIsMostLikeItself) {
    const ScoreReply reply =
        embedding()
            .score({.queries = {two_texts[0]}, .documents = {two_texts[1], two_texts[0]}})
            .value();
    const std::vector<double> scores = reply.by_document();
    ASSERT_EQ(scores.size(), 2U);
    EXPECT_GT(scores[1], scores[0]);
    EXPECT_NEAR(scores[1], 1, 0.01);
}

TEST(Rerank, TheBestComesFirstAndNamesItsPlace) {
    const RerankReply reply =
        embedding()
            .rerank({.query = two_texts[0], .documents = {two_texts[1], two_texts[0]}})
            .value();
    ASSERT_EQ(reply.results.size(), 2U);
    EXPECT_EQ(reply.results[0].index, 1);
    EXPECT_GT(reply.results[0].relevance_score, reply.results[1].relevance_score);
    EXPECT_EQ(
        embedding()
            .rerank({.query = two_texts[0], .documents = {two_texts[1], two_texts[0]}, .top_n = 1})
            .value()
            .results.size(),
        1U);
}

TEST(EmbedByType, FloatsAreTheEmbeddings) {
    const auto reply = embedding().embed_by_type({.texts = two_texts});
    ASSERT_TRUE(reply) << reply.error().to_string();
    EXPECT_EQ(reply->raw.status, 200);
}

TEST(Admin, StatesAndCachesAnswer) {
    const Admin admin = generation().admin();
    EXPECT_FALSE(admin.is_sleeping().value().active);
    EXPECT_FALSE(admin.is_paused().value().active);
    EXPECT_TRUE(admin.reset_prefix_cache().ok());
    EXPECT_TRUE(admin.reset_mm_cache().ok());
    EXPECT_EQ(admin.abort_requests({"chatcmpl-nobody"}).value().raw.status, 200);
    EXPECT_TRUE(admin.server_info(ServerInfoFormat::json).value().json.is_object());
}

TEST(Lora, UnknownAdaptersAreNotFound) {
    const auto loaded = generation().lora().load({.name = "a", .path = "/missing/adapter"});
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().kind, ErrorKind::http);
    EXPECT_EQ(loaded.error().http_status, 404);
    const auto unloaded = generation().lora().unload("nobody");
    ASSERT_FALSE(unloaded);
    EXPECT_EQ(unloaded.error().http_status, 404);
    EXPECT_TRUE(generation().lora().list().value().models.empty());
}

TEST(Unsupported, NamesWhatTheServerNeeds) {
    const auto heard =
        generation().audio().transcribe({.file = FileSource::from_memory("RIFF", "a.wav")});
    ASSERT_FALSE(heard);
    EXPECT_EQ(heard.error().kind, ErrorKind::unsupported);
    EXPECT_THAT(heard.error().message, HasSubstr("speech model"));
    const auto generated = generation().generate({.token_ids = {1, 2}});
    ASSERT_FALSE(generated);
    EXPECT_EQ(generated.error().kind, ErrorKind::unsupported);
    EXPECT_THAT(generated.error().message, HasSubstr("--enable-scale-out"));
    const auto profiled = generation().admin().start_profile();
    ASSERT_FALSE(profiled);
    EXPECT_EQ(profiled.error().kind, ErrorKind::unsupported);
    EXPECT_THAT(profiled.error().message, HasSubstr("--profiler-config"));
}

TEST(Identify, KnowsAVllm) {
    const auto identity = generation().identify();
    ASSERT_TRUE(identity);
    EXPECT_EQ(identity->dialect, Dialect::vllm);
    EXPECT_THAT(identity->version, StartsWith("0."));
}

}  // namespace
}  // namespace vllm_client::conformance
