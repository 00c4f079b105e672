// SPDX-License-Identifier: Apache-2.0
#include "wire/multipart.h"

#include <gtest/gtest.h>

namespace vllm_client::wire {
namespace {

TEST(Multipart, WritesFieldsAndFiles) {
    const auto body = write_multipart({{.name = "model", .value = "m"},
                                       {.name = "file",
                                        .value = std::string("RI\0FF", 5),
                                        .is_file = true,
                                        .file_name = "a.wav"}},
                                      "7");
    ASSERT_TRUE(body);
    EXPECT_EQ(body->content_type, "multipart/form-data; boundary=vllm-client-7");
    EXPECT_EQ(body->bytes, std::string("--vllm-client-7\r\n"
                                       "Content-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n"
                                       "--vllm-client-7\r\n"
                                       "Content-Disposition: form-data; name=\"file\"; "
                                       "filename=\"a.wav\"\r\n"
                                       "Content-Type: application/octet-stream\r\n\r\n") +
                               std::string("RI\0FF", 5) + "\r\n--vllm-client-7--\r\n");
}

TEST(Multipart, NoFieldIsStillAForm) {
    EXPECT_EQ(write_multipart({}, "7")->bytes, "--vllm-client-7--\r\n");
}

TEST(Multipart, BoundaryOccursInNoPart) {
    const auto body = write_multipart(
        {{.name = "a", .value = "--vllm-client-7"}, {.name = "b", .value = "vllm-client-7x"}}, "7");
    ASSERT_TRUE(body);
    EXPECT_EQ(body->content_type, "multipart/form-data; boundary=vllm-client-7xx");
}

TEST(Multipart, NamesCannotAddHeaders) {
    const auto body = write_multipart(
        {{.name = "a\"\r\nX: 1", .value = "v", .is_file = true, .file_name = "b\"\r\n\r\nevil"}},
        "7");
    ASSERT_TRUE(body);
    EXPECT_NE(body->bytes.find("name=\"a%22%0D%0AX: 1\"; filename=\"b%22%0D%0A%0D%0Aevil\"\r\n"),
              std::string::npos);
}

TEST(Multipart, TextMustBeUtf8ButFilesNeedNot) {
    EXPECT_TRUE(write_multipart({{.name = "f", .value = "\xFF", .is_file = true}}, "7"));
    const auto text = write_multipart({{.name = "prompt", .value = "\xFF"}}, "7");
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().kind, ErrorKind::config);
    EXPECT_EQ(text.error().message, "prompt is not valid UTF-8");
    EXPECT_FALSE(write_multipart({{.name = "f", .is_file = true, .file_name = "\xFF"}}, "7"));
}

}  // namespace
}  // namespace vllm_client::wire
