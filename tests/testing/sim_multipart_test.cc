// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_multipart.h"

#include <gtest/gtest.h>

#include "testing/sim_error.h"
#include "wire/multipart.h"

namespace vllm_client::testing::sim {
namespace {

HttpRequest form(std::string body, std::string boundary = "b") {
    HttpRequest request;
    request.content_type = "multipart/form-data; boundary=" + std::move(boundary);
    request.body = std::move(body);
    return request;
}

TEST(SimMultipart, ReadsWhatTheClientWrites) {
    const std::string bytes("RI\0FF\r\n--", 9);
    const auto body = wire::write_multipart(
        {{.name = "model", .value = "m"},
         {.name = "timestamp_granularities[]", .value = "word"},
         {.name = "timestamp_granularities[]", .value = "segment"},
         {.name = "file", .value = bytes, .is_file = true, .file_name = "a\"; name=\"x.wav"}},
        "7");
    HttpRequest request;
    request.content_type = body.value().content_type;
    request.body = body->bytes;
    const FormData read = read_form(request);
    EXPECT_EQ(read.fields.dump(),
              R"({"model":"m","timestamp_granularities[]":["word","segment"]})");
    EXPECT_EQ(read.file, bytes);
}

TEST(SimMultipart, APartWithoutAValueIsRefused) {
    // The blank line of its head is the boundary's, so there is no value behind it.
    const std::string body =
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n"
        "--b\r\nContent-Disposition: form-data; name=model\r\n\r\nm\r\n--b--\r\n";
    EXPECT_THROW(static_cast<void>(read_form(form(body))), ApiFailure);
}

TEST(SimMultipart, OtherBodiesAreRefused) {
    HttpRequest json = form("{}");
    json.content_type = "application/json";
    EXPECT_THROW(static_cast<void>(read_form(json)), ApiFailure);
    EXPECT_THROW(static_cast<void>(read_form(form("--b\r\nno head\r\n--b--"))), ApiFailure);
    EXPECT_TRUE(read_form(form("")).fields.empty());
}

}  // namespace
}  // namespace vllm_client::testing::sim
