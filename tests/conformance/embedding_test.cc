// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <span>

#include "conformance/conformance_servers.h"

namespace vllm_client::conformance {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::vector<std::string> three_texts = {
    "How do I reset my password?",
    "I forgot my password, how can I reset it?",
    "What is the capital of France?",
};

double dot(std::span<const float> a, std::span<const float> b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

TEST(Embedding, ReplyIsComplete) {
    const EmbeddingReply reply = embedding().embed({.input = three_texts}).value();
    EXPECT_THAT(reply.id, StartsWith("embd-"));
    EXPECT_EQ(reply.model, served_model(embedding()).id);
    EXPECT_GT(reply.created, 0);
    EXPECT_EQ(reply.size(), 3U);
    EXPECT_GT(reply.dim, 1U);
    EXPECT_EQ(reply.values.size(), 3 * reply.dim);
    EXPECT_GT(reply.usage.prompt_tokens, 0);
    EXPECT_EQ(reply.usage.total_tokens, reply.usage.prompt_tokens);
}

TEST(Embedding, BothEncodingsCarryTheSameNumbers) {
    const EmbeddingReply exact =
        embedding()
            .embed({.input = three_texts, .encoding_format = EncodingFormat::base64})
            .value();
    const EmbeddingReply decimal =
        embedding()
            .embed({.input = three_texts, .encoding_format = EncodingFormat::float_list})
            .value();
    ASSERT_EQ(exact.dim, decimal.dim);
    ASSERT_EQ(exact.values.size(), decimal.values.size());
    for (std::size_t i = 0; i < exact.values.size(); ++i) {
        ASSERT_NEAR(exact.values[i], decimal.values[i], 1e-6) << "component " << i;
    }
}

TEST(Embedding, VectorsHaveUnitLength) {
    const EmbeddingReply reply = embedding().embed({.input = three_texts}).value();
    for (std::size_t i = 0; i < reply.size(); ++i) {
        EXPECT_NEAR(dot(reply[i], reply[i]), 1.0, 1e-3);
    }
}

TEST(Embedding, SimilarSentencesAreCloserThanUnrelatedOnes) {
    const EmbeddingReply reply = embedding().embed({.input = three_texts}).value();
    EXPECT_GT(dot(reply[0], reply[1]), dot(reply[0], reply[2]) + 0.1);
}

TEST(Embedding, VectorsKeepTheOrderOfTheInputs) {
    const EmbeddingReply together = embedding().embed({.input = three_texts}).value();
    for (std::size_t i = 0; i < three_texts.size(); ++i) {
        const EmbeddingReply alone = embedding().embed({.input = three_texts[i]}).value();
        ASSERT_EQ(alone.size(), 1U);
        EXPECT_GT(dot(alone[0], together[i]), 0.999) << "input " << i;
    }
}

TEST(Embedding, TokenIdsMeanTheirText) {
    const TokenIds ids = embedding().tokenize({.prompt = three_texts[0]}).value().tokens;
    const EmbeddingReply from_ids = embedding().embed({.input = ids}).value();
    const EmbeddingReply from_text = embedding().embed({.input = three_texts[0]}).value();
    EXPECT_GT(dot(from_ids[0], from_text[0]), 0.999);
    EXPECT_EQ(from_ids.usage.prompt_tokens, from_text.usage.prompt_tokens);
}

TEST(Embedding, UnknownModelIsNotFound) {
    const Result<EmbeddingReply> reply =
        embedding().embed({.input = "text", .model = "no-such-model"});
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.error().kind, ErrorKind::http);
    EXPECT_EQ(reply.error().http_status, 404);
    EXPECT_EQ(reply.error().server.type, "NotFoundError");
}

TEST(Embedding, TextBeyondTheContextIsRefused) {
    const std::int64_t context = served_model(embedding()).max_model_len.value();
    std::string words;
    for (std::int64_t i = 0; i <= context; ++i)
        words += "sea ";
    const Result<EmbeddingReply> reply = embedding().embed({.input = words});
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.error().http_status, 400);
    EXPECT_THAT(reply.error().server.message, HasSubstr("maximum context length"));
}

TEST(Embedding, OtherDimensionsAreRefusedByAModelOfOne) {
    const Result<EmbeddingReply> reply = embedding().embed({.input = "text", .dimensions = 8});
    if (reply) {
        EXPECT_EQ(reply->dim, 8U);  // a model trained for it
    } else {
        EXPECT_EQ(reply.error().http_status, 400) << reply.error().to_string();
    }
}

TEST(Embedding, RequestIdBecomesTheReplysId) {
    const EmbeddingReply reply =
        embedding().embed({.input = "text"}, {.request_id = "conformance-embedding"}).value();
    EXPECT_EQ(reply.id, "embd-conformance-embedding");
}

}  // namespace
}  // namespace vllm_client::conformance
