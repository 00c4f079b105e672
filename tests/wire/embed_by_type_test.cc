// SPDX-License-Identifier: Apache-2.0
#include "wire/embed_by_type.h"

#include <gtest/gtest.h>

#include "wire/json_reader.h"

namespace vllm_client::wire {
namespace {

Result<EmbedByTypeReply> read(std::string body, std::size_t expected = 0) {
    pad(body);
    return read_embed_by_type_reply(body, expected);
}

std::string problem_of(const std::string& embeddings, std::size_t expected = 0) {
    const auto reply = read(R"({"embeddings":)" + embeddings + "}", expected);
    EXPECT_FALSE(reply.ok());
    if (reply.ok()) return {};
    EXPECT_EQ(reply.error().kind, ErrorKind::decode);
    const std::string start = "cannot read the embed by type reply at embeddings.";
    EXPECT_TRUE(reply.error().message.starts_with(start)) << reply.error().message;
    return reply.error().message.substr(start.size());
}

TEST(EmbedByTypeRequest, EveryFieldInCanonicalOrder) {
    const EmbedByTypeRequest request{.texts = {"a", "b"},
                                     .model = "m",
                                     .input_type = "query",
                                     .embedding_types = {"float", "ubinary"},
                                     .output_dimension = 64,
                                     .truncate = "NONE",
                                     .max_tokens = 8,
                                     .priority = 1,
                                     .extra = R"({"later":1})"};
    EXPECT_EQ(write_embed_by_type_request(request).value(),
              R"({"embedding_types":["float","ubinary"],"input_type":"query","later":1,)"
              R"("max_tokens":8,"model":"m","output_dimension":64,"priority":1,)"
              R"("texts":["a","b"],"truncate":"NONE"})");
}

TEST(EmbedByTypeRequest, TakesImagesAndMixedInputs) {
    EXPECT_EQ(write_embed_by_type_request({.images = {"data:image/png;base64,AAAA"}}).value(),
              R"({"images":["data:image/png;base64,AAAA"]})");
    EXPECT_EQ(write_embed_by_type_request({.inputs = {{text_part("a"), image_url("u")}}}).value(),
              R"({"inputs":[{"content":[{"text":"a","type":"text"},)"
              R"({"image_url":{"url":"u"},"type":"image_url"}]}]})");
}

TEST(EmbedByTypeRequest, NeedsExactlyOneSource) {
    const auto problem = [](const EmbedByTypeRequest& r) {
        return write_embed_by_type_request(r).error().message;
    };
    const std::string one = "texts or images, or inputs: exactly one must be set";
    EXPECT_EQ(problem({}), one);
    EXPECT_EQ(problem({.texts = {"a"}, .images = {"b"}}), one);
    EXPECT_EQ(problem({.texts = {"a"}, .extra = R"({"inputs":[]})"}), one);
    EXPECT_EQ(problem({.inputs = {{}}}), "inputs[0].content is empty");
    EXPECT_TRUE(write_embed_by_type_request({.extra = R"({"texts":["a"]})"}).ok());
}

TEST(EmbedByTypeRequest, CountsItsInputs) {
    EXPECT_EQ(count_inputs({.texts = {"a", "b"}}), 2u);
    EXPECT_EQ(count_inputs({.inputs = {{text_part("a")}}}), 1u);
    EXPECT_EQ(count_inputs(EmbedByTypeRequest{}), 0u);
}

// Shortened from a real server's reply.
TEST(EmbedByTypeReply, ReadsAllTypes) {
    const auto reply =
        read(R"({"id":"embd-ba9e6c6b0b6d7a9e","embeddings":{"float":[[-0.06275290995836258,)"
             R"(0.055048927664756775],[0.5,1]],"binary":[[-13,-128],[127,21]],"ubinary":[[115,0],)"
             R"([255,149]],"base64":["mYSAvQ==","AADAPw=="]},"texts":["hello","a b"],"meta":{)"
             R"("api_version":{"version":"2"},"billed_units":{"input_tokens":7,"image_tokens":2}},)"
             R"("response_type":"embeddings_by_type"})",
             2)
            .value();
    EXPECT_EQ(reply.id, "embd-ba9e6c6b0b6d7a9e");
    EXPECT_EQ(reply.floats.dim, 2u);
    ASSERT_EQ(reply.floats.size(), 2u);
    EXPECT_EQ(reply.floats[0][0], -0.06275291F);
    EXPECT_EQ(reply.binary.values, (std::vector<std::int8_t>{-13, -128, 127, 21}));
    EXPECT_EQ(reply.ubinary[1][0], 255);
    EXPECT_EQ(reply.base64.dim, 1u);
    EXPECT_EQ(reply.base64[0][0], reply.floats[0][0]);
    EXPECT_EQ(reply.base64[1][0], 1.5F);
    EXPECT_EQ(reply.int8.size(), 0u);
    EXPECT_EQ(reply.texts, (std::vector<std::string>{"hello", "a b"}));
    EXPECT_EQ(reply.usage.prompt_tokens, 9);
    EXPECT_EQ(reply.usage.total_tokens, 9);
    EXPECT_TRUE(reply.extra.empty());
}

TEST(EmbedByTypeReply, NullTypesAndUnknownOnesAreNoTrouble) {
    const auto reply =
        read(R"({"embeddings":{"float":null,"int8":[[-1]],"uint8":[[1]],"int4":[[3]]},"x":1,)"
             R"("texts":null,"meta":null})",
             1)
            .value();
    EXPECT_EQ(reply.floats.dim, 0u);
    EXPECT_EQ(reply.int8[0][0], -1);
    EXPECT_EQ(reply.uint8[0][0], 1);
    EXPECT_EQ(reply.extra.text(), R"({"int4":[[3]],"x":1})");
}

TEST(EmbedByTypeReply, WrongVectorsAreNamed) {
    EXPECT_EQ(problem_of(R"({"float":[[1,2],[3]]})"), "float[1]: has 1 components, others have 2");
    EXPECT_EQ(problem_of(R"({"float":[[]]})"), "float[0]: is empty");
    EXPECT_EQ(problem_of(R"({"float":[[1]]})", 2), "float: holds 1 vectors, not 2");
    EXPECT_EQ(problem_of(R"({"binary":[[128]]})"), "binary[0][0]: 128 is out of range");
    EXPECT_EQ(problem_of(R"({"ubinary":[[-1]]})"), "ubinary[0][0]: -1 is out of range");
    EXPECT_EQ(problem_of(R"({"base64":["AAAA"]})"), "base64[0]: holds 3 bytes, not whole float32s");
    const auto none = read("{}");
    ASSERT_FALSE(none.ok());
    EXPECT_EQ(none.error().kind, ErrorKind::decode);
}

}  // namespace
}  // namespace vllm_client::wire
