// SPDX-License-Identifier: Apache-2.0
#include "wire/pooling.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "wire/base64.h"
#include "wire/json_reader.h"

namespace vllm_client::wire {
namespace {

Result<PoolingReply> read(std::string body, const TensorForm& form = {}) {
    HttpReply reply{.status = 200, .headers = "Content-Type: application/json\n"};
    reply.body = std::move(body);
    pad(reply.body);
    return read_pooling_reply(reply, form);
}

Result<PoolingReply> read_octets(std::string body, const std::string& metadata,
                                 const TensorForm& form) {
    HttpReply reply{.status = 200, .headers = "content-type: application/octet-stream\n"};
    if (!metadata.empty()) reply.headers += "metadata: " + metadata + "\n";
    reply.body = std::move(body);
    pad(reply.body);
    return read_pooling_reply(reply, form);
}

std::string of_data(const std::string& data) {
    return R"({"id":"pooling-1","object":"list","created":5,"model":"m","data":[)" + data +
           R"(],"usage":{"prompt_tokens":3,"total_tokens":3}})";
}

std::string problem_of(const std::string& body, const TensorForm& form = {}) {
    const auto reply = read(body, form);
    EXPECT_FALSE(reply.ok());
    if (reply.ok()) return {};
    EXPECT_EQ(reply.error().kind, ErrorKind::decode);
    return reply.error().message.substr(std::string("cannot read the pooling reply at ").size());
}

TEST(PoolingRequest, SmallestBodies) {
    EXPECT_EQ(write_pooling_request({.input = "a"}).value(),
              R"({"encoding_format":"float","input":"a"})");
    EXPECT_EQ(write_pooling_request({.messages = {user("a")}}).value(),
              R"({"encoding_format":"float","messages":[{"content":"a","role":"user"}]})");
    EXPECT_EQ(write_pooling_request({.data = R"({"path":"x"})"}).value(),
              R"({"data":{"path":"x"},"encoding_format":"float"})");
}

TEST(PoolingRequest, EveryFieldInCanonicalOrder) {
    const PoolingRequest request{.input = std::vector<TokenIds>{{1, 2}, {3}},
                                 .model = "m",
                                 .task = "token_embed",
                                 .encoding_format = EncodingFormat::bytes_only,
                                 .embed_dtype = EmbedDtype::fp8_e4m3,
                                 .endianness = Endianness::little,
                                 .row_length = 4,
                                 .dimensions = 8,
                                 .use_activation = true,
                                 .truncate_prompt_tokens = 5,
                                 .truncation_side = "right",
                                 .padding = "do_not_pad",
                                 .add_special_tokens = false,
                                 .add_generation_prompt = true,
                                 .continue_final_message = false,
                                 .chat_template = "t",
                                 .chat_template_kwargs = "{}",
                                 .media_io_kwargs = "{}",
                                 .mm_processor_kwargs = "{}",
                                 .priority = -1,
                                 .request_id = "r",
                                 .cache_salt = "s",
                                 .user = "u",
                                 .extra = R"({"zoom":1})"};
    EXPECT_EQ(
        write_pooling_request(request).value(),
        R"({"add_generation_prompt":true,"add_special_tokens":false,"cache_salt":"s",)"
        R"("chat_template":"t","chat_template_kwargs":{},"continue_final_message":false,)"
        R"("dimensions":8,"embed_dtype":"fp8_e4m3","encoding_format":"bytes_only","endianness":"little",)"
        R"("input":[[1,2],[3]],"media_io_kwargs":{},"mm_processor_kwargs":{},"model":"m",)"
        R"("padding":"do_not_pad","priority":-1,"request_id":"r","task":"token_embed",)"
        R"("truncate_prompt_tokens":5,"truncation_side":"right","use_activation":true,"user":"u",)"
        R"("zoom":1})");
}

TEST(PoolingRequest, ProblemsNameTheField) {
    const auto problem = [](const PoolingRequest& r) {
        return write_pooling_request(r).error().message;
    };
    EXPECT_EQ(problem({}), "input is empty");
    EXPECT_EQ(problem({.input = "a", .data = "1"}), "input and data cannot both be set");
    EXPECT_EQ(problem({.messages = {user("b")}, .data = "1"}),
              "messages and data cannot both be set");
    EXPECT_EQ(problem({.input = "a", .encoding_format = EncodingFormat::bytes_only}),
              "row_length is needed to read a `bytes_only` reply");
    EXPECT_EQ(problem({.extra = R"({"data":1})"}),
              "extra.data would change the form of the reply; set the request's own member or use "
              "raw()");
}

// Shortened from a real server's reply.
TEST(PoolingReply, ReadsVectors) {
    const auto reply =
        read(
            R"({"id":"pooling-b6011615f299eb23","object":"list","created":1795490135,"model":"minilm",)"
            R"("data":[{"index":0,"object":"pooling","data":[-0.06275290995836258,)"
            R"(0.055048927664756775]},{"index":1,"object":"pooling","data":[0.1,null]}],)"
            R"("usage":{"prompt_tokens":7,"total_tokens":7,"completion_tokens":0,)"
            R"("prompt_tokens_details":null,"completion_tokens_details":null}})",
            {.expected = 2})
            .value();
    EXPECT_EQ(reply.id, "pooling-b6011615f299eb23");
    EXPECT_EQ(reply.model, "minilm");
    EXPECT_EQ(reply.created, 1795490135);
    EXPECT_EQ(reply.usage.total_tokens, 7);
    ASSERT_EQ(reply.items.size(), 2u);
    EXPECT_EQ(reply.items[0].shape, (std::vector<std::size_t>{2}));
    EXPECT_EQ(reply.items[0].values[0], -0.06275291F);
    EXPECT_EQ(reply.items[0].size(), 1u);
    EXPECT_TRUE(std::isnan(reply.items[1].values[1]));
}

TEST(PoolingReply, ReadsARowForEachToken) {
    const auto reply =
        read(of_data(R"({"index":1,"data":[[1,2],[3,4],[5,6]]},{"index":0,"data":[[7,8]]})"), {})
            .value();
    EXPECT_EQ(reply.items[0].shape, (std::vector<std::size_t>{1, 2}));
    EXPECT_EQ(reply.items[1].shape, (std::vector<std::size_t>{3, 2}));
    EXPECT_EQ(reply.items[1].size(), 3u);
    EXPECT_EQ(reply.items[1].dim(), 2u);
    EXPECT_EQ(reply.items[1][2][1], 6);
    EXPECT_EQ(reply.items[1].index, 1);
}

// A real server's base64 of fp8_e4m3: 384 numbers that fill more than one piece of the decoder.
TEST(PoolingReply, ReadsBase64OfNarrowNumbers) {
    const std::string recorded =
        "mBYVG5uaGQmakgYCgpMLgwqTngOWDowPlpURFAyZFgkaggYZnJoSAIeWA40RkQsWF4OZnJMMIBCMjBWXkRGaiweU"
        "mZWUmo8HkwOSCAoDBYIUmZUFBwAKGIkQmxQNhp2OGoGgKhYaBhWBAZYOhgWAkZAIGwmGFQuACIYDggIMCQAWkRAj"
        "kIKYmA4YExiJEwobkhODFZYGDhoUkwedFQuPkwwSBQsDmJWDlg8LiwwDgQwCEJYKoROFhpGVFA0RHpKCmpYSBhmS"
        "lIgMBgQSDQUTlAMTigQWFoubh5KXEBQGiQAgGpyNloWQH6EEEIYZDhIKIReSiZgAloSAh4EXnY0aC4IPCRwJmhOb"
        "jBQBHpGYkg+TCJyWDASLC40PBYkJGhMbhhCQBwePEYOGEouGjIWMBoYVjoAAkBUTgpMPEIiAk4CEAAgXFBCckosG"
        "GRqZghsUlYSXnIIBDZiCjpENhQcBI5GEkJMCDxqIlg6GnYoOEZqBmpISFxkZGwiIlIcYFRUE";
    const auto reply =
        read(of_data(R"({"index":0,"object":"pooling","data":")" + recorded + R"("})"),
             {.dtype = EmbedDtype::fp8_e4m3, .expected = 1})
            .value();
    ASSERT_EQ(reply.items[0].shape, (std::vector<std::size_t>{384}));
    EXPECT_EQ(reply.items[0].values[0], -0.0625F);
    float norm = 0;
    for (const float v : reply.items[0].values)
        norm += v * v;
    EXPECT_NEAR(norm, 1, 0.05);
}

TEST(PoolingReply, LongBase64IsDecodedPieceByPiece) {
    std::string bytes;
    for (std::size_t i = 0; i < 9999; ++i) {
        bytes.push_back(static_cast<char>(i & 0xFF));
        bytes.push_back(0x3C);
    }
    const std::string text = encode_base64(std::as_bytes(std::span(bytes)));
    const TensorForm form{.dtype = EmbedDtype::float16, .row_length = 33};
    const auto item = read(of_data(R"({"data":")" + text + R"("})"), form).value().items[0];
    ASSERT_EQ(item.shape, (std::vector<std::size_t>{303, 33}));
    for (std::size_t i = 0; i < item.values.size(); ++i)
        ASSERT_EQ(item.values[i], 1 + static_cast<float>(i & 0xFF) / 1024) << i;
    std::string broken = text;
    broken[5000] = '=';
    EXPECT_EQ(problem_of(of_data(R"({"data":")" + broken + R"("})"), form),
              "data[0].data: not base64");
}

TEST(PoolingReply, Base64InRowsOfAKnownLength) {
    const std::vector<float> values{1, 2, 3, 4, 5, 6};
    const std::string text = encode_base64(std::as_bytes(std::span(values)));
    const std::string body = of_data(R"({"data":")" + text + R"("})");
    EXPECT_EQ(read(body, {.row_length = 3})->items[0].shape, (std::vector<std::size_t>{2, 3}));
    EXPECT_EQ(read(body)->items[0].shape, (std::vector<std::size_t>{6}));
    EXPECT_EQ(problem_of(body, {.row_length = 4}), "data[0].data: has 6 numbers, not whole rows");
    EXPECT_EQ(problem_of(of_data(R"({"data":"AAAA"})"), {.dtype = EmbedDtype::float16}),
              "data[0].data: holds 3 bytes, not whole float16s");
}

TEST(PoolingReply, RaggedAndMissingItemsAreNamed) {
    EXPECT_EQ(problem_of(of_data(R"({"data":[[1,2],[3]]})")),
              "data[0].data[1]: has 1 numbers, others have 2");
    EXPECT_EQ(problem_of(of_data(R"({"data":[1,[2]]})")),
              "data[0].data[1]: mixes numbers and lists");
    EXPECT_EQ(problem_of(of_data(R"({"data":[[2],1]})")),
              "data[0].data[1]: mixes numbers and lists");
    EXPECT_EQ(problem_of(of_data(R"({"data":[[]]})")), "data[0].data[0]: is empty");
    EXPECT_EQ(problem_of(of_data(R"({"index":0})")), "data[0].data: missing or empty");
    EXPECT_EQ(problem_of(of_data(R"({"data":[1],"data":[2]})")),
              "data[0].data: stands there twice");
    EXPECT_EQ(problem_of(of_data(R"({"data":[1]})"), {.expected = 2}), "data[1]: missing");
    EXPECT_EQ(problem_of(of_data(R"({"index":0,"data":[1]},{"index":0,"data":[1]})")),
              "data[1]: its index 0 came twice");
    EXPECT_EQ(problem_of(of_data("")), "data: missing or empty");
    EXPECT_EQ(problem_of(of_data(R"({"data":["x"]})")).rfind("data[0].data[0]", 0), 0u);
}

TEST(PoolingReply, UnknownMembersAreKept) {
    const auto reply = read(R"({"data":[{"data":[1],"x":2}],"later":[1],"also":null})").value();
    EXPECT_EQ(reply.extra.text(), R"({"later":[1]})");
}

TEST(PoolingReply, APluginAnswersInItsOwnForm) {
    const auto reply =
        read(R"({"request_id":"r","created_at":7,"data":{"image":"x"},"more":1})", {.plugin = true})
            .value();
    EXPECT_EQ(reply.id, "r");
    EXPECT_EQ(reply.created, 7);
    EXPECT_EQ(reply.data.text(), R"({"image":"x"})");
    EXPECT_EQ(reply.extra.text(), R"({"more":1})");
    EXPECT_TRUE(reply.items.empty());
    EXPECT_EQ(problem_of("{}", {.plugin = true}), "data: missing or empty");
}

TEST(PoolingReply, ReadsOctets) {
    const std::string metadata =
        R"({"id": "p", "created": 3, "model": "m", "data": [{"index": 1, "embed_dtype": "float16", )"
        R"("endianness": "big", "start": 0, "end": 8, "shape": [2, 2]}, {"index": 0, )"
        R"("embed_dtype": "fp8_e5m2", "endianness": "native", "start": 8, "end": 10, "shape": [2]}], )"
        R"("usage": {"prompt_tokens": 7, "total_tokens": 7}})";
    const std::string body("\x3C\x00\x40\x00\xBC\x00\x00\x00\x3C\xBC", 10);
    const auto reply =
        read_octets(body, metadata, {.encoding = EncodingFormat::bytes, .expected = 2}).value();
    EXPECT_EQ(reply.id, "p");
    EXPECT_EQ(reply.usage.prompt_tokens, 7);
    ASSERT_EQ(reply.items.size(), 2u);
    EXPECT_EQ(reply.items[0].index, 0);
    EXPECT_EQ(reply.items[0].values, (std::vector<float>{1, -1}));
    EXPECT_EQ(reply.items[1].shape, (std::vector<std::size_t>{2, 2}));
    EXPECT_EQ(reply.items[1].values, (std::vector<float>{1, 2, -1, 0}));
    const auto cut = read_octets(body.substr(0, 9), metadata, {.encoding = EncodingFormat::bytes});
    ASSERT_FALSE(cut.ok());
    EXPECT_EQ(cut.error().kind, ErrorKind::decode);
}

TEST(PoolingReply, BareOctetsAreOneBlock) {
    const std::vector<float> values{1, 2, 3, 4, 5, 6};
    std::string body(sizeof(float) * values.size(), '\0');
    std::memcpy(body.data(), values.data(), body.size());
    const TensorForm form{.encoding = EncodingFormat::bytes_only, .expected = 1, .row_length = 2};
    const auto reply = read_octets(body, {}, form).value();
    ASSERT_EQ(reply.items.size(), 1u);
    EXPECT_EQ(reply.items[0].shape, (std::vector<std::size_t>{3, 2}));
    EXPECT_EQ(reply.items[0].values, values);
}

TEST(PoolingReply, AServerThatKnowsNoOctetsMayAnswerInJson) {
    const auto reply = read(of_data(R"({"data":[1,2]})"), {.encoding = EncodingFormat::bytes});
    EXPECT_EQ(reply.value().items[0].values, (std::vector<float>{1, 2}));
}

TEST(PoolingReply, AnErrorInPlaceOfTheReplyIsTheServers) {
    const auto reply =
        read(R"({"error":{"message":"no","type":"BadRequestError","param":null,"code":400}})");
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.error().kind, ErrorKind::http);
}

}  // namespace
}  // namespace vllm_client::wire
