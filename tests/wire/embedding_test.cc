// SPDX-License-Identifier: Apache-2.0
#include "wire/embedding.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "wire/base64.h"
#include "wire/json_reader.h"
#include "wire/recorded.h"

namespace vllm_client::wire {
namespace {

Result<EmbeddingReply> read(std::string body, std::size_t expected = 0) {
    pad(body);
    return read_embedding_reply(body, TensorForm{.expected = expected});
}

std::string as_base64(const std::vector<float>& values) {
    return "\"" + encode_base64(std::as_bytes(std::span(values))) + "\"";
}

std::string row(int index, const std::string& embedding) {
    return "{\"index\":" + std::to_string(index) +
           ",\"object\":\"embedding\",\"embedding\":" + embedding + "}";
}

std::string reply_of(const std::vector<std::string>& rows) {
    std::string body = R"({"id":"embd-1","object":"list","data":[)";
    for (const std::string& text : rows)
        body += (&text == rows.data() ? "" : ",") + text;
    return body + R"(],"usage":{"prompt_tokens":3,"total_tokens":3}})";
}

std::string problem_of(const std::string& body, std::size_t expected = 0) {
    const auto reply = read(body, expected);
    EXPECT_FALSE(reply.ok());
    if (reply.ok()) return {};
    EXPECT_EQ(reply.error().kind, ErrorKind::decode);
    return reply.error().message.substr(std::string("cannot read the embedding reply at ").size());
}

TEST(EmbeddingRequest, SmallestBodies) {
    EXPECT_EQ(write_embedding_request({.input = "a"}).value(),
              R"({"encoding_format":"base64","input":"a"})");
    EXPECT_EQ(write_embedding_request({.input = std::vector<TokenIds>{{1}, {2, 3}},
                                       .encoding_format = EncodingFormat::float_list})
                  .value(),
              R"({"encoding_format":"float","input":[[1],[2,3]]})");
}

TEST(EmbeddingRequest, EveryFieldInCanonicalOrder) {
    const EmbeddingRequest request{.input = std::vector<std::string>{"a", "b"},
                                   .model = "m",
                                   .encoding_format = EncodingFormat::bytes,
                                   .embed_dtype = EmbedDtype::bfloat16,
                                   .endianness = Endianness::big,
                                   .dimensions = 8,
                                   .add_generation_prompt = false,
                                   .continue_final_message = true,
                                   .chat_template = "t",
                                   .chat_template_kwargs = R"({"k":1})",
                                   .media_io_kwargs = R"({"image":{}})",
                                   .use_activation = false,
                                   .truncate_prompt_tokens = -1,
                                   .truncation_side = "left",
                                   .padding = "max_length",
                                   .add_special_tokens = true,
                                   .priority = 1,
                                   .request_id = "r",
                                   .cache_salt = "s",
                                   .mm_processor_kwargs = "{}",
                                   .user = "u",
                                   .extra = R"({"pace":2})"};
    EXPECT_EQ(
        write_embedding_request(request).value(),
        R"({"add_generation_prompt":false,"add_special_tokens":true,"cache_salt":"s",)"
        R"("chat_template":"t","chat_template_kwargs":{"k":1},"continue_final_message":true,)"
        R"("dimensions":8,"embed_dtype":"bfloat16","encoding_format":"bytes","endianness":"big",)"
        R"("input":["a","b"],"media_io_kwargs":{"image":{}},"mm_processor_kwargs":{},"model":"m",)"
        R"("pace":2,"padding":"max_length","priority":1,"request_id":"r",)"
        R"("truncate_prompt_tokens":-1,"truncation_side":"left","use_activation":false,"user":"u"})");
}

TEST(EmbeddingRequest, TakesSeveralConversations) {
    EXPECT_EQ(write_embedding_request({.conversations = {{user("a")}, {user("b")}}}).value(),
              R"({"encoding_format":"base64","messages":[[{"content":"a","role":"user"}],)"
              R"([{"content":"b","role":"user"}]]})");
}

TEST(EmbeddingRequest, TakesAConversationInsteadOfInput) {
    EXPECT_EQ(write_embedding_request({.messages = {user("a")}}).value(),
              R"({"encoding_format":"base64","messages":[{"content":"a","role":"user"}]})");
}

TEST(EmbeddingRequest, ProblemsNameTheField) {
    const auto problem = [](const EmbeddingRequest& r) {
        return write_embedding_request(r).error().message;
    };
    EXPECT_EQ(problem({}), "input is empty");
    EXPECT_EQ(problem({.input = "a", .messages = {user("b")}}),
              "input and messages cannot both be set");
    EXPECT_EQ(problem({.input = "\xff"}), "input is not valid UTF-8");
    EXPECT_EQ(problem({.input = "a", .extra = "[]"}), "extra must be a JSON object");
    EXPECT_EQ(
        problem({.input = "a", .extra = R"({"embed_dtype":"float16"})"}),
        "extra.embed_dtype would change the form of the reply; set the request's own member or "
        "use raw()");
    EXPECT_EQ(problem({.input = "a", .conversations = {{user("b")}}}),
              "input and conversations cannot both be set");
    EXPECT_EQ(problem({.conversations = {{user("b")}, {}}}), "conversations[1] is empty");
    EXPECT_EQ(problem({.input = std::vector<std::string>(701, "a"),
                       .encoding_format = EncodingFormat::bytes}),
              "encoding_format `bytes` serves at most 700 inputs at once");
    EXPECT_TRUE(write_embedding_request({.input = std::vector<std::string>(700, "a"),
                                         .encoding_format = EncodingFormat::bytes})
                    .ok());
    EXPECT_EQ(
        problem({.encoding_format = EncodingFormat::bytes_only, .extra = R"({"input":["a","b"]})"}),
        "extra cannot hold the input of a `bytes_only` reply");
}

TEST(EmbeddingRequest, CountsItsVectors) {
    const auto count = [](const EmbeddingRequest& r) { return embedding_form(r).expected; };
    EXPECT_EQ(count({.input = "a"}), 1u);
    EXPECT_EQ(count({.input = TokenIds{1, 2, 3}}), 1u);
    EXPECT_EQ(count({.input = std::vector<std::string>{"a", "b"}}), 2u);
    EXPECT_EQ(count({.input = std::vector<TokenIds>{{1}, {2}, {3}}}), 3u);
    EXPECT_EQ(count({.messages = {user("a"), user("b")}}), 1u);
    EXPECT_EQ(count({.conversations = {{user("a")}, {user("b"), user("c")}}}), 2u);
    EXPECT_EQ(count({.extra = R"({"input":["a","b"]})"}), 0u);
}

TEST(EmbeddingReply, RecordedFormsAgree) {
    for (const auto& [count, base64, list] :
         {std::tuple(1u, "embeddings_base64_1.json", "embeddings_float_1.json"),
          std::tuple(3u, "embeddings_base64_3.json", "embeddings_float_3.json")}) {
        const auto a = read(recorded(base64), count).value();
        const auto b = read(recorded(list), count).value();
        EXPECT_EQ(a.size(), count);
        EXPECT_EQ(a.dim, 384u);
        ASSERT_EQ(a.values.size(), b.values.size());
        for (std::size_t i = 0; i < a.values.size(); ++i) {
            ASSERT_NEAR(a.values[i], b.values[i], 1e-6) << i;
        }
        float norm = 0;
        for (const float v : a[0])
            norm += v * v;
        EXPECT_NEAR(norm, 1, 1e-3);
        EXPECT_GT(a.usage.prompt_tokens, 0);
        EXPECT_TRUE(a.extra.empty());
    }
}

TEST(EmbeddingReply, ReadsBothForms) {
    const std::vector<float> a{1.5F, -2, 0.1F};
    const auto reply = read(reply_of({row(0, as_base64(a)), row(1, "[1.5,-2,0.1]")}), 2).value();
    EXPECT_EQ(reply.dim, 3u);
    ASSERT_EQ(reply.size(), 2u);
    EXPECT_TRUE(std::equal(a.begin(), a.end(), reply[0].begin()));
    EXPECT_TRUE(std::equal(a.begin(), a.end(), reply[1].begin()));
    EXPECT_EQ(reply.id, "embd-1");
}

TEST(FaultC, C20_RowsArePlacedByIndex) {
    const auto reply =
        read(reply_of({row(2, "[5,6]"), row(0, "[1,2]"), row(1, as_base64({3, 4}))}), 3).value();
    EXPECT_EQ(reply.values, (std::vector<float>{1, 2, 3, 4, 5, 6}));
}

TEST(EmbeddingReply, IndexMayStandLastOrBeLeftOut) {
    EXPECT_EQ(read(R"({"data":[{"embedding":[2],"index":1},{"embedding":[1],"index":0}]})")->values,
              (std::vector<float>{1, 2}));
    EXPECT_EQ(read(R"({"data":[{"embedding":[1]},{"embedding":[2]}]})")->values,
              (std::vector<float>{1, 2}));
}

TEST(EmbeddingReply, TakesEscapedSlashes) {
    const std::vector<float> ones{-1.9999999F, -1.9999999F};
    std::string text = as_base64(ones);
    ASSERT_NE(text.find('/'), std::string::npos);
    for (auto at = text.find('/'); at != std::string::npos; at = text.find('/', at + 2)) {
        text.insert(at, 1, '\\');
    }
    EXPECT_EQ(read(reply_of({row(0, text)}))->values, ones);
}

TEST(EmbeddingReply, NullComponentsAreNotNumbers) {
    const auto reply = read(reply_of({row(0, "[1,null,1e300]")})).value();
    EXPECT_EQ(reply.values[0], 1.0F);
    EXPECT_TRUE(std::isnan(reply.values[1]));
    EXPECT_EQ(reply.values[2], std::numeric_limits<float>::max());
}

TEST(FaultC, C20_MissingRowsAreNamed) {
    EXPECT_EQ(problem_of(reply_of({row(0, "[1]"), row(2, "[1]")}), 3), "data[1]: missing");
    EXPECT_EQ(problem_of(reply_of({row(0, "[1]")}), 2), "data[1]: missing");
    EXPECT_EQ(problem_of(reply_of({}), 2), "data: missing or empty");
    EXPECT_EQ(problem_of(R"({"id":"x"})", 2), "data: missing or empty");
}

TEST(FaultC, C20_SurplusAndRepeatedRowsAreNamed) {
    EXPECT_EQ(problem_of(reply_of({row(0, "[1]"), row(1, "[1]")}), 1),
              "data[1]: its index 1 was not asked for");
    EXPECT_EQ(problem_of(reply_of({row(0, "[1]"), row(0, "[1]")}), 2),
              "data[1]: its index 0 came twice");
    EXPECT_EQ(problem_of(reply_of({row(-1, "[1]")}), 1), "data[0]: its index -1 was not asked for");
    EXPECT_EQ(problem_of(reply_of({row(7, "[1]")})), "data[0]: its index 7 was not asked for");
}

TEST(FaultC, C13_UnreadableRowsAreNamed) {
    const std::string good = row(0, as_base64({1, 2}));
    const auto second = [&](const std::string& embedding) {
        return problem_of(reply_of({good, row(1, embedding)}), 2);
    };
    EXPECT_EQ(second("[1]"), "data[1].embedding: has 1 components, others have 2");
    EXPECT_EQ(second(as_base64({1, 2, 3})), "data[1].embedding: has 3 components, others have 2");
    EXPECT_EQ(second("[]"), "data[1].embedding: missing or empty");
    EXPECT_EQ(second("\"\""), "data[1].embedding: missing or empty");
    EXPECT_EQ(second("null"), "data[1].embedding: missing or empty");
    EXPECT_EQ(second("[1,\"2\"]"), "data[1].embedding[1]: expected a number");
    EXPECT_EQ(second("\"AAAAAAA\""), "data[1].embedding: not base64");
    EXPECT_EQ(second("\"AAAAAAAAAA*=\""), "data[1].embedding: not base64");
    EXPECT_EQ(second("\"AAAA\""), "data[1].embedding: holds 3 bytes, not whole float32s");
    EXPECT_EQ(problem_of(reply_of({good, "{\"index\":1}"})), "data[1].embedding: missing or empty");
}

Result<EmbeddingReply> read_octets(std::string body, const std::string& metadata,
                                   const TensorForm& form) {
    HttpReply reply{.status = 200, .headers = "content-type: application/octet-stream\n"};
    if (!metadata.empty()) reply.headers += "metadata: " + metadata + "\n";
    reply.body = std::move(body);
    pad(reply.body);
    return read_embedding_reply(reply, form);
}

std::string octets(const std::vector<float>& values) {
    const auto bytes = std::as_bytes(std::span(values));
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// The header is a real server's, but for shorter vectors.
TEST(EmbeddingReply, OctetsArePlacedByTheirMetadata) {
    const std::string metadata =
        R"({"id": "embd-b9fbe53a29ec1a6f", "created": 1795490135, "model": "minilm", "data": [)"
        R"({"index": 0, "embed_dtype": "float32", "endianness": "native", "start": 0, "end": 8, )"
        R"("shape": [2]}, {"index": 1, "embed_dtype": "float32", "endianness": "native", )"
        R"("start": 8, "end": 16, "shape": [2]}], "usage": {"prompt_tokens": 7, )"
        R"("total_tokens": 7}})";
    const TensorForm form{.encoding = EncodingFormat::bytes, .expected = 2};
    const auto reply = read_octets(octets({1, 2, 3, 4}), metadata, form).value();
    EXPECT_EQ(reply.id, "embd-b9fbe53a29ec1a6f");
    EXPECT_EQ(reply.created, 1795490135);
    EXPECT_EQ(reply.usage.prompt_tokens, 7);
    EXPECT_EQ(reply.dim, 2u);
    EXPECT_EQ(reply.values, (std::vector<float>{1, 2, 3, 4}));
    EXPECT_FALSE(read_octets(octets({1, 2, 3}), metadata, form).ok());
    EXPECT_FALSE(read_octets(octets({1, 2, 3, 4}), {}, form).ok());
}

TEST(EmbeddingReply, OctetsMustBeOfOneLength) {
    const std::string metadata =
        R"({"data":[{"start":0,"end":4,"shape":[1]},{"start":4,"end":12,"shape":[2]}]})";
    const auto reply =
        read_octets(octets({1, 2, 3}), metadata, {.encoding = EncodingFormat::bytes});
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.error().kind, ErrorKind::decode);
    EXPECT_EQ(reply.error().message,
              "cannot read the embedding reply at data[1]: has 2 components, the first has 1");
}

TEST(EmbeddingReply, BareOctetsAreSharedAmongTheInputs) {
    const TensorForm form{.encoding = EncodingFormat::bytes_only, .expected = 2};
    const auto reply = read_octets(octets({1, 2, 3, 4, 5, 6}), {}, form).value();
    EXPECT_EQ(reply.dim, 3u);
    EXPECT_EQ(reply[1][0], 4);
    EXPECT_FALSE(read_octets(octets({1, 2, 3}), {}, form).ok());
}

TEST(EmbeddingReply, ReadsBase64OfNarrowNumbers) {
    std::string body = reply_of({row(0, R"("PAC8AA==")"), row(1, R"("QAAAAA==")")});
    pad(body);
    const TensorForm form{
        .dtype = EmbedDtype::float16, .endianness = Endianness::big, .expected = 2};
    EXPECT_EQ(read_embedding_reply(body, form)->values, (std::vector<float>{1, -1, 2, 0}));
}

}  // namespace
}  // namespace vllm_client::wire
