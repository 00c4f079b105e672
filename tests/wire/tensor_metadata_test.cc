// SPDX-License-Identifier: Apache-2.0
#include "wire/tensor_metadata.h"

#include <gtest/gtest.h>

namespace vllm_client::wire {
namespace {

/// As a real server sent it.
constexpr std::string_view recorded_header =
    R"({"id": "pooling-bfb855fc84988f0d", "created": 1795490135, "model": "minilm", "data": [)"
    R"({"index": 0, "embed_dtype": "float16", "endianness": "big", "start": 0, "end": 768, )"
    R"("shape": [384]}, {"index": 1, "embed_dtype": "float16", "endianness": "big", "start": 768, )"
    R"("end": 1536, "shape": [384]}], "usage": {"prompt_tokens": 7, "total_tokens": 7}})";

std::string place(int index, int start, int end, const std::string& shape,
                  const std::string& more = {}) {
    return R"({"index":)" + std::to_string(index) + R"(,"start":)" + std::to_string(start) +
           R"(,"end":)" + std::to_string(end) + R"(,"shape":)" + shape + more + "}";
}

std::string metadata_of(const std::vector<std::string>& places) {
    std::string json = R"({"data":[)";
    for (const std::string& text : places)
        json += (&text == places.data() ? "" : ",") + text;
    return json + "]}";
}

std::string problem_of(const std::vector<std::string>& places, std::size_t body_size,
                       std::size_t expected = 0) {
    const auto metadata =
        read_tensor_metadata(metadata_of(places), body_size, expected, "pooling reply");
    EXPECT_FALSE(metadata.ok());
    if (metadata.ok()) return {};
    EXPECT_EQ(metadata.error().kind, ErrorKind::decode);
    const std::string start = "cannot read the pooling reply's metadata at ";
    EXPECT_TRUE(metadata.error().message.starts_with(start)) << metadata.error().message;
    return metadata.error().message.substr(start.size());
}

TEST(TensorMetadata, ReadsARecordedHeader) {
    const auto metadata = read_tensor_metadata(recorded_header, 1536, 2, "pooling reply").value();
    EXPECT_EQ(metadata.id, "pooling-bfb855fc84988f0d");
    EXPECT_EQ(metadata.model, "minilm");
    EXPECT_EQ(metadata.created, 1795490135);
    EXPECT_EQ(metadata.usage.prompt_tokens, 7);
    EXPECT_TRUE(metadata.extra.empty());
    ASSERT_EQ(metadata.data.size(), 2u);
    EXPECT_EQ(metadata.data[1].begin, 768u);
    EXPECT_EQ(metadata.data[1].end, 1536u);
    EXPECT_EQ(metadata.data[1].dtype, EmbedDtype::float16);
    EXPECT_EQ(metadata.data[1].endianness, Endianness::big);
    EXPECT_EQ(metadata.data[1].shape, (std::vector<std::size_t>{384}));
    EXPECT_EQ(metadata.data[1].count(), 384u);
}

TEST(TensorMetadata, PlacesAreByIndexAndMayStandInAnyOrder) {
    const std::string json = metadata_of({place(1, 0, 8, "[2]"), place(0, 8, 24, "[2,2]")});
    const auto metadata = read_tensor_metadata(json, 24, 2, "x").value();
    EXPECT_EQ(metadata.data[0].begin, 8u);
    EXPECT_EQ(metadata.data[0].shape, (std::vector<std::size_t>{2, 2}));
    EXPECT_EQ(metadata.data[1].begin, 0u);
}

TEST(TensorMetadata, UnknownMembersAreKeptOrPassedOver) {
    const std::string json =
        R"({"data":[{"start":0,"end":4,"shape":[1],"colour":3}],"later":{"a":1},"usage":null})";
    const auto metadata = read_tensor_metadata(json, 4, 0, "x").value();
    EXPECT_EQ(metadata.extra.text(), R"({"later":{"a":1}})");
}

TEST(TensorMetadata, PlacesMustTileTheBody) {
    EXPECT_EQ(problem_of({place(0, 0, 4, "[1]"), place(1, 8, 12, "[1]")}, 12),
              "data: its places overlap or leave gaps");
    EXPECT_EQ(problem_of({place(0, 0, 8, "[2]"), place(1, 4, 12, "[2]")}, 12),
              "data: its places overlap or leave gaps");
    EXPECT_EQ(problem_of({place(0, 0, 8, "[2]")}, 12), "data: speaks of 8 bytes, the body has 12");
    EXPECT_EQ(problem_of({place(0, 0, 16, "[4]")}, 12),
              "data[0].end: lies outside of the body of 12 bytes");
    EXPECT_EQ(problem_of({place(0, 8, 4, "[1]")}, 12),
              "data[0].end: lies outside of the body of 12 bytes");
    EXPECT_EQ(problem_of({place(0, -4, 4, "[1]")}, 12), "data[0].start: is negative");
}

TEST(TensorMetadata, ShapesMustFitTheirBytes) {
    EXPECT_EQ(problem_of({place(0, 0, 12, "[2]")}, 12), "data[0].shape: does not fit 12 bytes");
    EXPECT_EQ(problem_of({place(0, 0, 12, "[]")}, 12), "data[0].shape: does not fit 12 bytes");
    EXPECT_EQ(problem_of({place(0, 0, 12, "[4611686018427387904,4]")}, 12),
              "data[0].shape: is too large");
    EXPECT_EQ(problem_of({place(0, 0, 12, "[3]", R"(,"embed_dtype":"float16")")}, 12),
              "data[0].shape: does not fit 12 bytes");
}

TEST(TensorMetadata, WordsMustBeKnown) {
    EXPECT_EQ(problem_of({place(0, 0, 4, "[1]", R"(,"embed_dtype":"int4")")}, 4),
              "data[0].embed_dtype: is not known here");
    EXPECT_EQ(problem_of({place(0, 0, 4, "[1]", R"(,"endianness":"middle")")}, 4),
              "data[0].endianness: is not known here");
}

TEST(TensorMetadata, EachInputHasOnePlace) {
    EXPECT_EQ(problem_of({}, 0), "data: missing or empty");
    EXPECT_EQ(problem_of({place(0, 0, 4, "[1]")}, 4, 2), "data[1]: missing");
    EXPECT_EQ(problem_of({place(0, 0, 4, "[1]"), place(0, 4, 8, "[1]")}, 8),
              "data[1]: its index 0 came twice");
    EXPECT_EQ(problem_of({place(7, 0, 4, "[1]")}, 4, 1), "data[0]: its index 7 was not asked for");
}

TEST(TensorMetadata, WhatIsNoJsonIsADecodeError) {
    for (const std::string_view json : {"", "{", "[]", "{\"data\":[{}]}", "null", "\xff"}) {
        const auto metadata = read_tensor_metadata(json, 4, 0, "x");
        ASSERT_FALSE(metadata.ok()) << json;
        EXPECT_EQ(metadata.error().kind, ErrorKind::decode) << json;
    }
}

TEST(TensorPlaces, WithoutMetadataARowLengthTellsTheShape) {
    HttpReply reply{.status = 200, .body = std::string(24, '\0')};
    const TensorForm form{.encoding = EncodingFormat::bytes_only,
                          .dtype = EmbedDtype::float16,
                          .expected = 2,
                          .row_length = 4};
    const auto rows = read_tensor_places(reply, form, "x").value();
    ASSERT_EQ(rows.data.size(), 1u);
    EXPECT_EQ(rows.data[0].shape, (std::vector<std::size_t>{3, 4}));
    EXPECT_EQ(rows.data[0].dtype, EmbedDtype::float16);
}

TEST(TensorPlaces, WithoutMetadataTheInputsShareTheBody) {
    HttpReply reply{.status = 200, .body = std::string(24, '\0')};
    const TensorForm form{.encoding = EncodingFormat::bytes_only, .expected = 3};
    const auto rows = read_tensor_places(reply, form, "x").value();
    ASSERT_EQ(rows.data.size(), 3u);
    EXPECT_EQ(rows.data[2].begin, 16u);
    EXPECT_EQ(rows.data[2].shape, (std::vector<std::size_t>{2}));
}

TEST(TensorPlaces, WithoutMetadataRowsMustBeWhole) {
    const TensorForm rows{.encoding = EncodingFormat::bytes_only, .expected = 2, .row_length = 4};
    for (const std::size_t size : {0u, 2u, 12u, 18u}) {
        const auto places =
            read_tensor_places({.status = 200, .body = std::string(size, 'x')}, rows, "x");
        ASSERT_FALSE(places.ok()) << size;
        EXPECT_EQ(places.error().kind, ErrorKind::decode);
    }
    const TensorForm inputs{.encoding = EncodingFormat::bytes_only, .expected = 5};
    EXPECT_FALSE(read_tensor_places({.body = std::string(24, 'x')}, inputs, "x").ok());
    EXPECT_FALSE(read_tensor_places({.body = std::string(8, 'x')}, inputs, "x").ok());
}

TEST(TensorPlaces, BytesNeedTheirMetadata) {
    const auto places = read_tensor_places({.status = 200, .body = std::string(8, 'x')},
                                           {.encoding = EncodingFormat::bytes}, "embedding reply");
    ASSERT_FALSE(places.ok());
    EXPECT_EQ(places.error().message,
              "cannot read the embedding reply at header metadata: missing");
}

}  // namespace
}  // namespace vllm_client::wire
