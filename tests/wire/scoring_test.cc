// SPDX-License-Identifier: Apache-2.0
#include "wire/scoring.h"

#include <gtest/gtest.h>

#include <cmath>

#include "wire/json_reader.h"

namespace vllm_client::wire {
namespace {

Result<ScoreReply> read_score(std::string body, std::size_t expected = 0) {
    pad(body);
    return read_score_reply(body, expected);
}

Result<RerankReply> read_ranking(std::string body, std::size_t documents = 0) {
    pad(body);
    return read_rerank_reply(body, documents);
}

template <class T>
std::string problem_of(const Result<T>& reply, std::string_view what) {
    EXPECT_FALSE(reply.ok());
    if (reply.ok()) return {};
    EXPECT_EQ(reply.error().kind, ErrorKind::decode);
    return reply.error().message.substr(std::string("cannot read the  at ").size() + what.size());
}

TEST(ScoreRequest, OneQueryWithEachDocument) {
    EXPECT_EQ(write_score_request({.queries = {"q"}, .documents = {"a", "b"}}).value(),
              R"({"documents":["a","b"],"queries":["q"]})");
}

TEST(ScoreRequest, EachQueryWithItsDocument) {
    EXPECT_EQ(write_score_request({.queries = {"p", "q"}, .documents = {"a", "b"}}).value(),
              R"({"documents":["a","b"],"queries":["p","q"]})");
}

TEST(ScoreRequest, EveryFieldInCanonicalOrder) {
    const ScoreRequest request{
        .queries = {"q"},
        .documents = {std::vector<ContentPart>{text_part("a"), image_url("u")}, "b"},
        .model = "m",
        .use_activation = true,
        .max_tokens_per_query = 1,
        .max_tokens_per_doc = 2,
        .instruction = "i",
        .chat_template_kwargs = R"({"k":1})",
        .truncate_prompt_tokens = 3,
        .truncation_side = "left",
        .padding = "max_length",
        .mm_processor_kwargs = "{}",
        .priority = 4,
        .request_id = "r",
        .cache_salt = "s",
        .user = "u",
        .extra = R"({"zoom":1})"};
    EXPECT_EQ(write_score_request(request).value(),
              R"({"cache_salt":"s","chat_template_kwargs":{"k":1},"documents":[{"content":[)"
              R"({"text":"a","type":"text"},{"image_url":{"url":"u"},"type":"image_url"}]},"b"],)"
              R"("instruction":"i","max_tokens_per_doc":2,"max_tokens_per_query":1,)"
              R"("mm_processor_kwargs":{},"model":"m","padding":"max_length","priority":4,)"
              R"("queries":["q"],"request_id":"r","truncate_prompt_tokens":3,)"
              R"("truncation_side":"left","use_activation":true,"user":"u","zoom":1})");
}

TEST(ScoreRequest, ProblemsNameTheField) {
    const auto problem = [](const ScoreRequest& r) {
        return write_score_request(r).error().message;
    };
    EXPECT_EQ(problem({.documents = {"a"}}), "queries is empty");
    EXPECT_EQ(problem({.queries = {"a"}}), "documents is empty");
    EXPECT_EQ(problem({.queries = {"a", "b", "c"}, .documents = {"a", "b"}}),
              "queries must be one, or as many as documents");
    EXPECT_EQ(problem({.queries = {"a", "b"}, .documents = {"a"}}),
              "queries must be one, or as many as documents");
    EXPECT_EQ(problem({.queries = {"a"}, .documents = {"\xff"}}), "documents is not valid UTF-8");
    EXPECT_EQ(problem({.queries = {"a"},
                       .documents = {"a", std::vector<ContentPart>{text_part("\xff")}}}),
              "documents[1].parts[0].text is not valid UTF-8");
    EXPECT_EQ(problem({.queries = {"a"}, .documents = {"a"}, .extra = "1"}),
              "extra must be a JSON object");
}

TEST(RerankRequest, EveryFieldInCanonicalOrder) {
    const RerankRequest request{.query = std::vector<ContentPart>{text_part("q")},
                                .documents = {"a", "b"},
                                .model = "m",
                                .top_n = 1,
                                .use_activation = true,
                                .max_tokens_per_query = 1,
                                .max_tokens_per_doc = 2,
                                .instruction = "i",
                                .chat_template_kwargs = "{}",
                                .truncate_prompt_tokens = 3,
                                .truncation_side = "left",
                                .padding = "max_length",
                                .mm_processor_kwargs = "{}",
                                .priority = 4,
                                .request_id = "r",
                                .cache_salt = "s",
                                .user = "u",
                                .extra = R"({"return_documents":false})"};
    EXPECT_EQ(write_rerank_request(request).value(),
              R"({"cache_salt":"s","chat_template_kwargs":{},"documents":["a","b"],)"
              R"("instruction":"i","max_tokens_per_doc":2,"max_tokens_per_query":1,)"
              R"("mm_processor_kwargs":{},"model":"m","padding":"max_length","priority":4,)"
              R"("query":{"content":[{"text":"q","type":"text"}]},"request_id":"r",)"
              R"("return_documents":false,"top_n":1,"truncate_prompt_tokens":3,)"
              R"("truncation_side":"left","use_activation":true,"user":"u"})");
}

TEST(RerankRequest, ProblemsNameTheField) {
    EXPECT_EQ(write_rerank_request({.documents = {"a"}}).error().message, "query is empty");
    EXPECT_EQ(write_rerank_request({.query = "q"}).error().message, "documents is empty");
}

TEST(GenerativeScoringRequest, TakesTextsAndTokens) {
    EXPECT_EQ(write_generative_scoring_request({.query = "q",
                                                .items = std::vector<std::string>{"a", "b"},
                                                .label_token_ids = {10, 20}})
                  .value(),
              R"({"items":["a","b"],"label_token_ids":[10,20],"query":"q"})");
    EXPECT_EQ(write_generative_scoring_request({.query = TokenIds{1, 2},
                                                .items = std::vector<TokenIds>{{3}, {4, 5}},
                                                .label_token_ids = {10},
                                                .model = "m",
                                                .apply_softmax = false,
                                                .item_first = true,
                                                .add_special_tokens = false,
                                                .priority = 1,
                                                .request_id = "r",
                                                .cache_salt = "s",
                                                .extra = R"({"later":1})"})
                  .value(),
              R"({"add_special_tokens":false,"apply_softmax":false,"cache_salt":"s",)"
              R"("item_first":true,"items":[[3],[4,5]],"label_token_ids":[10],"later":1,)"
              R"("model":"m","priority":1,"query":[1,2],"request_id":"r"})");
}

TEST(GenerativeScoringRequest, ProblemsNameTheField) {
    EXPECT_EQ(
        write_generative_scoring_request({.query = "q", .label_token_ids = {1}}).error().message,
        "items is empty");
    EXPECT_EQ(
        write_generative_scoring_request({.query = "q", .items = std::vector<std::string>{"a"}})
            .error()
            .message,
        "label_token_ids is empty");
}

TEST(GenerativeScoringRequest, CountsItsItems) {
    EXPECT_EQ(count_items({.items = std::vector<TokenIds>{{1}, {2}}}), 2u);
    EXPECT_EQ(count_items({}), 0u);
}

// As real servers answered.
TEST(ScoreReply, ReadsRecordedScores) {
    const auto reply =
        read_score(
            R"({"id":"score-9c0860431dc4bda9","object":"list","created":1795490135,)"
            R"("model":"minilm","data":[{"index":0,"object":"score","score":0.6319646239280701},)"
            R"({"index":1,"object":"score","score":0.30564478039741516}],"usage":{)"
            R"("prompt_tokens":10,"total_tokens":10,"completion_tokens":0,)"
            R"("prompt_tokens_details":null,"completion_tokens_details":null}})",
            2)
            .value();
    EXPECT_EQ(reply.id, "score-9c0860431dc4bda9");
    EXPECT_EQ(reply.model, "minilm");
    EXPECT_EQ(reply.created, 1795490135);
    EXPECT_EQ(reply.usage.total_tokens, 10);
    EXPECT_EQ(reply.by_document(), (std::vector<double>{0.6319646239280701, 0.30564478039741516}));
    EXPECT_TRUE(reply.extra.empty());
}

TEST(ScoreReply, ReadsRecordedLabelProbabilities) {
    const auto reply =
        read_score(
            R"({"id":"generative-scoring-8e63ec8f04225108","object":"list","created":1795490137,)"
            R"("model":"tiny","data":[{"index":0,"object":"score","score":0.49658208448961205},)"
            R"({"index":1,"object":"score","score":0.5772570713228701}],"usage":{)"
            R"("prompt_tokens":6,"total_tokens":8,"completion_tokens":2,)"
            R"("prompt_tokens_details":null,"completion_tokens_details":null}})",
            2)
            .value();
    EXPECT_EQ(reply.data[1].score, 0.5772570713228701);
    EXPECT_EQ(reply.usage.completion_tokens, 2);
}

TEST(ScoreReply, ByDocumentWhateverTheOrderSent) {
    const auto reply =
        read_score(R"({"data":[{"index":1,"score":2},{"index":0,"score":null,"x":1}],"y":2})")
            .value();
    EXPECT_EQ(reply.data[0].index, 1);
    EXPECT_EQ(reply.by_document()[1], 2);
    EXPECT_TRUE(std::isnan(reply.by_document()[0]));
    EXPECT_EQ(reply.data[1].extra.text(), R"({"x":1})");
    EXPECT_EQ(reply.extra.text(), R"({"y":2})");
}

TEST(ScoreReply, MissingAndRepeatedPairsAreNamed) {
    const auto problem = [](const std::string& body, std::size_t expected = 0) {
        return problem_of(read_score(body, expected), "score reply");
    };
    EXPECT_EQ(problem("{}"), "data: missing or empty");
    EXPECT_EQ(problem(R"({"data":[{"index":0}]})"), "data[0].score: missing or empty");
    EXPECT_EQ(problem(R"({"data":[{"score":1}]})", 2), "data[1]: missing");
    EXPECT_EQ(problem(R"({"data":[{"score":1,"index":-1}]})"),
              "data[0]: its index -1 was not asked for");
    EXPECT_EQ(problem(R"({"data":[{"score":1,"index":0},{"score":1,"index":0}]})", 2),
              "data[1]: its index 0 came twice");
}

// As a real server answered.
TEST(RerankReply, ReadsARecordedRankingAsSent) {
    const auto reply =
        read_ranking(
            R"({"id":"score-b17a9a333e3c21f7","model":"minilm","usage":{"prompt_tokens":14,)"
            R"("total_tokens":14},"results":[{"index":2,"document":{"text":"greetings",)"
            R"("multi_modal":null},"relevance_score":0.6993923783302307},{"index":1,"document":{)"
            R"("text":"hi there","multi_modal":null},"relevance_score":0.6319646239280701},)"
            R"({"index":0,"document":{"text":"car","multi_modal":null},)"
            R"("relevance_score":0.30564478039741516}]})",
            3)
            .value();
    EXPECT_EQ(reply.id, "score-b17a9a333e3c21f7");
    EXPECT_EQ(reply.usage.prompt_tokens, 14);
    ASSERT_EQ(reply.results.size(), 3u);
    EXPECT_EQ(reply.results[0].index, 2);
    EXPECT_EQ(reply.results[0].text, "greetings");
    EXPECT_TRUE(reply.results[0].multi_modal.empty());
    EXPECT_EQ(reply.score_of(0), 0.30564478039741516);
    EXPECT_EQ(reply.score_of(2), 0.6993923783302307);
    EXPECT_EQ(reply.score_of(3), std::nullopt);
}

TEST(RerankReply, TheBestMayBeAllThereIs) {
    const auto reply =
        read_ranking(R"({"results":[{"index":1,"relevance_score":0.5}]})", 3).value();
    EXPECT_EQ(reply.score_of(1), 0.5);
    EXPECT_EQ(reply.score_of(0), std::nullopt);
    EXPECT_TRUE(read_ranking(R"({"results":[]})", 3)->results.empty());
}

TEST(RerankReply, TakesOtherFormsOfDocuments) {
    const auto reply =
        read_ranking(
            R"({"results":[{"index":0,"relevance_score":1,"document":"a"},)"
            R"({"index":1,"relevance_score":null,"document":null,"x":1},{"index":2,)"
            R"("relevance_score":0,"document":{"text":null,"multi_modal":[{"type":"text"}]}}]})")
            .value();
    EXPECT_EQ(reply.results[0].text, "a");
    EXPECT_TRUE(std::isnan(reply.results[1].relevance_score));
    EXPECT_EQ(reply.results[1].extra.text(), R"({"x":1})");
    EXPECT_EQ(reply.results[2].multi_modal.text(), R"([{"type":"text"}])");
}

TEST(RerankReply, AWrongDocumentIsNeverShown) {
    const auto problem = [](const std::string& body, std::size_t documents = 0) {
        return problem_of(read_ranking(body, documents), "rerank reply");
    };
    EXPECT_EQ(problem("{}"), "results: missing or empty");
    EXPECT_EQ(problem(R"({"results":[{"relevance_score":1}]})"),
              "results[0].index: missing or empty");
    EXPECT_EQ(problem(R"({"results":[{"index":0}]})"),
              "results[0].relevance_score: missing or empty");
    EXPECT_EQ(problem(R"({"results":[{"index":3,"relevance_score":1}]})", 3),
              "results[0]: its index 3 was not asked for");
    EXPECT_EQ(problem(R"({"results":[{"index":-1,"relevance_score":1}]})"),
              "results[0]: its index -1 was not asked for");
    EXPECT_EQ(problem(R"({"results":[{"index":9,"relevance_score":1},)"
                      R"({"index":9,"relevance_score":1}]})"),
              "results[1]: its index 9 came twice");
}

}  // namespace
}  // namespace vllm_client::wire
