// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_answer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "testing/sim_embedding.h"
#include "testing/sim_hash.h"
#include "testing/sim_schema.h"
#include "testing/sim_tensor.h"

namespace vllm_client::testing::sim {
namespace {

std::uint32_t length_of(const Answer& answer) {
    std::uint32_t position = 0;
    while (!answer.at(position).ends)
        ++position;
    return position + 1;
}

TEST(SimAnswer, IsAFunctionOfItsSeed) {
    const Answer one({.seed = 7}, {});
    const Answer same({.seed = 7}, {});
    const Answer other({.seed = 8}, {});
    int differences = 0;
    for (std::uint32_t position = 0; position < 50; ++position) {
        EXPECT_EQ(one.at(position).id, same.at(position).id);
        differences += one.at(position).id != other.at(position).id ? 1 : 0;
    }
    EXPECT_GT(differences, 40);
}

TEST(SimAnswer, DrawsLengthsAroundTheMean) {
    double sum = 0;
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        sum += length_of(Answer({.seed = mixed(seed)}, {.mean = 100, .sigma = 0.9}));
    }
    EXPECT_NEAR(sum / 2000, 100, 10);
}

TEST(SimAnswer, HasTheFixedLengthWithoutSpread) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        EXPECT_EQ(length_of(Answer({.seed = seed}, {.mean = 12, .sigma = 0})), 12U);
    }
}

TEST(SimAnswer, IsAtLeastAsLongAsAsked) {
    EXPECT_EQ(length_of(Answer({.seed = 1, .at_least = 30}, {.mean = 5, .sigma = 0})), 31U);
}

TEST(SimAnswer, ReasonsFirst) {
    const Answer answer({.seed = 1, .reasoning = true}, {.mean = 40, .sigma = 0});
    EXPECT_EQ(answer.at(0).part, Part::reasoning);
    EXPECT_EQ(answer.at(9).part, Part::reasoning);
    EXPECT_EQ(answer.at(10).part, Part::content);
    EXPECT_EQ(answer.reasoning_tokens(40), 10U);
    EXPECT_EQ(answer.reasoning_tokens(4), 4U);
}

TEST(SimAnswer, NeverEndsWhenEndless) {
    const Answer answer({.seed = 1, .endless = true}, {.mean = 1, .sigma = 0});
    for (std::uint32_t position = 0; position < 1000; ++position) {
        EXPECT_FALSE(answer.at(position).ends);
    }
}

TEST(SimAnswer, OffersOtherTokensThanTheSaid) {
    const Answer answer({.seed = 3}, {});
    for (std::uint32_t position = 0; position < 200; ++position) {
        std::set<TokenId> seen{answer.at(position).id};
        for (std::uint32_t rank = 1; rank < 20; ++rank) {
            EXPECT_TRUE(seen.insert(answer.alternative(position, rank)).second);
        }
        EXPECT_LT(answer.logprob(position), 0);
    }
}

TEST(SimSchema, MakesValuesThatFit) {
    const auto schema = nlohmann::json::parse(R"({"type":"object","properties":{
        "unit":{"enum":["c","f"]},"days":{"type":"integer","minimum":5},"hot":{"type":"boolean"},
        "places":{"type":"array","minItems":2,"items":{"type":"string"}},"none":{"type":"null"},
        "ratio":{"type":"number"},"kind":{"const":"x"},"inner":{"$ref":"#/$defs/point"},
        "maybe":{"anyOf":[{"type":"string"},{"type":"null"}]}},
        "$defs":{"point":{"type":"object","properties":{"x":{"type":"number"}}}}})");
    const auto value = nlohmann::json::parse(schema_example(schema, 1));
    EXPECT_TRUE(value["unit"] == "c" || value["unit"] == "f");
    EXPECT_GE(value["days"].get<int>(), 5);
    EXPECT_TRUE(value["hot"].is_boolean());
    EXPECT_EQ(value["places"].size(), 2U);
    EXPECT_TRUE(value["none"].is_null());
    EXPECT_TRUE(value["ratio"].is_number_float());
    EXPECT_EQ(value["kind"], "x");
    EXPECT_TRUE(value["inner"]["x"].is_number());
    EXPECT_TRUE(value["maybe"].is_string());
    EXPECT_EQ(schema_example(schema, 1), schema_example(schema, 1));
}

TEST(SimSchema, EndsOnSchemasThatContainThemselves) {
    const auto deep =
        nlohmann::json::parse(R"({"type":"object","properties":{"next":{"$ref":"#"}}})");
    EXPECT_TRUE(nlohmann::json::accept(schema_example(deep, 1)));
    const auto wide =
        nlohmann::json::parse(R"({"type":"array","minItems":64,"items":{"$ref":"#"}})");
    EXPECT_LT(schema_example(wide, 1).size(), 1U << 20U);
}

double cosine(const std::vector<float>& a, const std::vector<float>& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    return sum;
}

TEST(SimEmbedding, IsAUnitVectorCloseForSimilarTexts) {
    const auto question = embedding_of("How do I reset my password?", 384, 384);
    const auto similar = embedding_of("I forgot my password, how can I reset it?", 384, 384);
    const auto other = embedding_of("What is the capital of France?", 384, 384);
    EXPECT_NEAR(cosine(question, question), 1, 1e-5);
    EXPECT_GT(cosine(question, similar), 0.7);
    EXPECT_LT(cosine(question, other), 0.25);
    EXPECT_EQ(question, embedding_of("how do i RESET my password", 384, 384));
}

TEST(SimEmbedding, StaysAUnitVectorWhenCutOrEmpty) {
    EXPECT_NEAR(std::sqrt(cosine(embedding_of("a text", 384, 16), embedding_of("a text", 384, 16))),
                1, 1e-5);
    EXPECT_EQ(embedding_of("a text", 384, 16).size(), 16U);
    EXPECT_NEAR(cosine(embedding_of("", 384, 384), embedding_of("", 384, 384)), 1, 1e-5);
}

TEST(SimEmbedding, WritesBase64) {
    std::string out;
    const float values[] = {1.0F, -2.0F};
    append_base64(out, packed(values, {}));
    EXPECT_EQ(out, "AACAPwAAAMA=");
}

}  // namespace
}  // namespace vllm_client::testing::sim
