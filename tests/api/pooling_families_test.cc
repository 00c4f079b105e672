// SPDX-License-Identifier: Apache-2.0
#include "api/pooling_families.h"

#include <gtest/gtest.h>

#include <string>

#include "api/fake_client.h"
#include "vllm_client/classify.h"
#include "vllm_client/embed_by_type.h"
#include "vllm_client/pooling.h"
#include "vllm_client/scoring.h"

namespace vllm_client::api {
namespace {

ClientOptions with_model() {
    ClientOptions options;
    options.model = "m";
    return options;
}

TEST(PoolCall, SendsAndReadsBothWays) {
    const FakeClient f(with_model());
    f.fake->reply("/pooling", {.body = R"({"id":"p","data":[{"index":0,"data":[[1,2],[3,4]]}],)"
                                       R"("usage":{"prompt_tokens":2,"total_tokens":2}})"});
    const auto reply = f.client.pool({.input = "a", .request_id = "r-1"}).value();
    EXPECT_EQ(reply.items.at(0).size(), 2u);
    EXPECT_EQ(reply.raw.status, 200);
    EXPECT_EQ(f.client.pool_async({.input = "a"}).get().value().id, "p");
    const auto sent = f.fake->requests();
    EXPECT_EQ(sent.at(0).method, HttpMethod::post);
    EXPECT_EQ(sent.at(0).request_id, "r-1");
    EXPECT_EQ(sent.at(0).body,
              R"({"encoding_format":"float","input":"a","model":"m","request_id":"r-1"})");
    EXPECT_EQ(f.client.metrics().prompt_tokens, 4u);
}

TEST(PoolCall, ReadsOctetsAndTheirHeader) {
    const FakeClient f;
    f.fake->reply("/pooling",
                  {.body = std::string("\x3C\x00\xBC\x00", 4),
                   .headers = {{"Content-Type", "application/octet-stream"},
                               {"metadata",
                                R"({"id": "p", "data": [{"index": 0, "embed_dtype": "float16", )"
                                R"("endianness": "big", "start": 0, "end": 4, "shape": [2]}]})"}}});
    const PoolingRequest request{.input = "a",
                                 .encoding_format = EncodingFormat::bytes,
                                 .embed_dtype = EmbedDtype::float16,
                                 .endianness = Endianness::big};
    EXPECT_EQ(f.client.pool(request).value().items.at(0).values, (std::vector<float>{1, -1}));
}

TEST(PoolCall, WhatCannotBeWrittenIsNeverSent) {
    const FakeClient f;
    EXPECT_EQ(f.client.pool({}).error().kind, ErrorKind::config);
    EXPECT_EQ(f.client.classify({}).error().kind, ErrorKind::config);
    EXPECT_EQ(f.client.score({.queries = {"a"}}).error().kind, ErrorKind::config);
    EXPECT_EQ(f.client.rerank({.query = "a"}).error().kind, ErrorKind::config);
    EXPECT_EQ(f.client.score_labels({.query = "a"}).error().kind, ErrorKind::config);
    EXPECT_EQ(f.client.embed_by_type({}).error().kind, ErrorKind::config);
    EXPECT_TRUE(f.fake->requests().empty());
}

TEST(EmbedCall, ReadsOctets) {
    const FakeClient f;
    f.fake->reply("/v1/embeddings", {.body = std::string("\x3C\x00\xBC\x00", 4),
                                     .headers = {{"Content-Type", "application/octet-stream"}}});
    const auto reply = f.client.embed({.input = std::vector<std::string>{"a", "b"},
                                       .encoding_format = EncodingFormat::bytes_only,
                                       .embed_dtype = EmbedDtype::float16,
                                       .endianness = Endianness::big});
    EXPECT_EQ(reply.value().values, (std::vector<float>{1, -1}));
    EXPECT_EQ(reply.value().dim, 1u);
}

TEST(ClassifyCall, SendsAndReadsBothWays) {
    const FakeClient f(with_model());
    f.fake->reply("/classify",
                  {.body = R"({"data":[{"index":0,"label":"x","probs":[1],"num_classes":1}]})"});
    EXPECT_EQ(f.client.classify({.input = "a"}).value().data.at(0).label, "x");
    EXPECT_EQ(f.client.classify_async({.input = "a"}).get().value().data.size(), 1u);
    EXPECT_EQ(f.fake->requests().at(0).body, R"({"input":"a","model":"m"})");
    const auto two = f.client.classify({.input = std::vector<std::string>{"a", "b"}});
    ASSERT_FALSE(two.ok());
    EXPECT_EQ(two.error().kind, ErrorKind::decode);
}

TEST(ScoreCall, SendsAndReadsBothWays) {
    const FakeClient f(with_model());
    f.fake->reply("/v1/score",
                  {.body = R"({"data":[{"index":1,"score":2},{"index":0,"score":1}]})"});
    const ScoreRequest request{.queries = {"q"}, .documents = {"a", "b"}};
    EXPECT_EQ(f.client.score(request).value().by_document(), (std::vector<double>{1, 2}));
    EXPECT_EQ(f.client.score_async(request).get().value().data.size(), 2u);
    EXPECT_EQ(f.fake->requests().at(0).body,
              R"({"documents":["a","b"],"model":"m","queries":["q"]})");
    const auto three = f.client.score({.queries = {"q"}, .documents = {"a", "b", "c"}});
    EXPECT_EQ(three.error().kind, ErrorKind::decode);
}

TEST(RerankCall, SendsAndReadsBothWays) {
    const FakeClient f;
    f.fake->reply("/v1/rerank", {.body = R"({"results":[{"index":1,"relevance_score":0.5}]})"});
    const RerankRequest request{.query = "q", .documents = {"a", "b"}, .top_n = 1};
    EXPECT_EQ(f.client.rerank(request).value().score_of(1), 0.5);
    EXPECT_EQ(f.client.rerank_async(request).get().value().results.size(), 1u);
    EXPECT_EQ(f.fake->requests().at(0).body, R"({"documents":["a","b"],"query":"q","top_n":1})");
    EXPECT_EQ(f.client.rerank({.query = "q", .documents = {"a"}}).error().kind, ErrorKind::decode);
}

TEST(ScoreLabelsCall, SendsAndReadsBothWays) {
    const FakeClient f;
    f.fake->reply("/generative_scoring", {.body = R"({"data":[{"index":0,"score":0.25}]})"});
    const GenerativeScoringRequest request{
        .query = "q", .items = std::vector<std::string>{"a"}, .label_token_ids = {1, 2}};
    EXPECT_EQ(f.client.score_labels(request).value().data.at(0).score, 0.25);
    EXPECT_EQ(f.client.score_labels_async(request).get().value().data.size(), 1u);
    EXPECT_EQ(f.fake->requests().at(0).body,
              R"({"items":["a"],"label_token_ids":[1,2],"query":"q"})");
}

TEST(EmbedByTypeCall, SendsAndReadsBothWays) {
    const FakeClient f;
    f.fake->reply("/v2/embed", {.body = R"({"id":"e","embeddings":{"ubinary":[[1,255]]}})"});
    const EmbedByTypeRequest request{.texts = {"a"}, .embedding_types = {"ubinary"}};
    EXPECT_EQ(f.client.embed_by_type(request).value().ubinary[0][1], 255);
    EXPECT_EQ(f.client.embed_by_type_async(request).get().value().id, "e");
    EXPECT_EQ(f.fake->requests().at(0).body, R"({"embedding_types":["ubinary"],"texts":["a"]})");
}

TEST(PoolingFamilies, AServersErrorIsTold) {
    const FakeClient f;
    f.fake->reply("/classify", {.status = 404, .body = R"({"detail":"Not Found"})"});
    const auto reply = f.client.classify({.input = "a"});
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.error().http_status, 404);
}

}  // namespace
}  // namespace vllm_client::api
