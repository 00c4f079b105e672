// SPDX-License-Identifier: Apache-2.0
#include "wire/error_body.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include "wire/recorded.h"

namespace vllm_client::wire {
namespace {

void expect_error(std::string_view body, const ServerError& expected) {
    const ServerError error = read_server_error(body);
    EXPECT_EQ(error.message, expected.message) << body;
    EXPECT_EQ(error.type, expected.type) << body;
    EXPECT_EQ(error.param, expected.param) << body;
    EXPECT_EQ(error.code, expected.code) << body;
}

TEST(ErrorBody, ReadsRecordedErrors) {
    expect_error(recorded("error_unknown_model.json"),
                 {.type = "NotFoundError",
                  .code = "404",
                  .param = "model",
                  .message = "The model `absent` does not exist. Valid aliases: tiny."});
    expect_error(
        recorded("error_embeddings_unknown_model.json"),
        {.type = "NotFoundError", .code = "404", .message = "The model `absent` does not exist."});
    expect_error(recorded("error_compressed_body.json"),
                 {.message = "There was an error parsing the body"});
    EXPECT_EQ(read_server_error(recorded("error_out_of_range.json")).param, "temperature");
    EXPECT_EQ(read_server_error(recorded("error_malformed_json.json")).type, "Bad Request");
}

TEST(FaultD, D8_EveryShapeOfErrorIsRead) {
    expect_error(R"({"error":{"message":"m","type":"t","param":null,"code":400}})",  // A
                 {.type = "t", .code = "400", .message = "m"});
    expect_error(R"({"error":"Unauthorized"})", {.message = "Unauthorized"});  // B
    expect_error(R"({"detail":"Not Found"})", {.message = "Not Found"});       // C
    expect_error(R"({"type":"error","error":{"type":"t","message":"m"}})",     // D
                 {.type = "t", .message = "m"});
    expect_error(R"({"message":"m","id":"1"})", {.message = "m"});                           // E
    expect_error(R"({"object":"error","message":"m","type":"t","param":"p","code":40301})",  // F
                 {.type = "t", .code = "40301", .param = "p", .message = "m"});
    expect_error("", {});                                                           // G
    expect_error(" \n", {});                                                        // G
    expect_error("Internal Server Error\n", {.message = "Internal Server Error"});  // H
}

TEST(FaultD, D8_ErrorsOfOtherServersAreRead) {
    expect_error(R"({"error":"Model is overloaded","error_type":"overloaded"})",
                 {.type = "overloaded", .message = "Model is overloaded"});
    expect_error(R"({"error":{"code":"invalid_api_key","message":"bad key"}})",
                 {.code = "invalid_api_key", .message = "bad key"});
    expect_error(R"({"error":{"object":"error","message":"m","type":"t","code":503}})",
                 {.type = "t", .code = "503", .message = "m"});
    expect_error(R"({"error":null,"message":"m"})", {.message = "m"});
    expect_error(R"("just text")", {.message = "just text"});
    expect_error(R"({"detail":{"message":"m","code":1}})", {.code = "1", .message = "m"});
}

TEST(FaultD, D8_FastApiDetailListsAreJoined) {
    expect_error(
        R"({"detail":[{"loc":["body","messages",0],"msg":"field required","type":"missing"},)"
        R"({"loc":["body","n"],"msg":"too small","type":"range"}]})",
        {.type = "missing",
         .param = "body.messages.0",
         .message = "body.messages.0: field required; body.n: too small"});
    expect_error(R"({"detail":["a",{"msg":"b"}]})", {.message = "a; b"});
    expect_error(R"({"detail":[]})", {});
}

TEST(ErrorBody, OtherJsonIsNoError) {
    for (const char* body : {R"({"success":true})", "{}", "[]", "1", "null", R"({"error":null})",
                             R"({"message":{"content":"hi"}})"}) {
        expect_error(body, {});
    }
}

TEST(FaultD, D8_HtmlIsKeptAndItsTitleQuoted) {
    const std::string page =
        "<html>\r\n<head><title>502 Bad Gateway</title></head><body>nginx</body></html>\r\n";
    const Error error = http_error(502, page);
    EXPECT_EQ(error.server.message, page.substr(0, page.size() - 2));
    EXPECT_EQ(error.message, "HTTP 502: 502 Bad Gateway");
}

TEST(FaultD, D8_HugeBodiesKeepEightKibibytesOfWholeCharacters) {
    const std::string kept(8190, 'a');
    std::string text = kept;
    for (int i = 0; i < 5000; ++i)
        text += "€";
    const std::string json = R"({"error":{"message":")" + text + "\"}}";
    EXPECT_TRUE(read_server_error(text).message == kept);
    EXPECT_TRUE(read_server_error(json).message == kept);
    EXPECT_EQ(read_server_error(std::string(50'000'000, 'x')).message.size(), max_server_message);
    EXPECT_LT(http_error(500, text).message.size(), 500u);
}

TEST(FaultD, D8_BinaryBodiesGiveReadableText) {
    const std::string body = "bad\xff\xfe gateway";
    EXPECT_EQ(read_server_error(body).message, "bad?? gateway");
}

TEST(FaultD, D8_BrokenJsonIsKeptAsText) {
    expect_error(R"({"error":{"mess)", {.message = R"({"error":{"mess)"});
}

TEST(HttpError, SaysStatusAndReason) {
    const Error error = http_error(404, recorded("error_unknown_model.json"));
    EXPECT_EQ(error.kind, ErrorKind::http);
    EXPECT_EQ(error.http_status, 404);
    EXPECT_EQ(error.message, "HTTP 404: The model `absent` does not exist. Valid aliases: tiny.");
    EXPECT_EQ(http_error(503, "").message, "HTTP 503: no message from the server");
    EXPECT_EQ(http_error(500, R"({"odd":1})").server.message, R"({"odd":1})");
}

TEST(HttpError, FaultsOfTheRequestAreFinal) {
    for (const int status : {400, 401, 403, 404, 405, 413, 415, 422, 501}) {
        EXPECT_FALSE(http_error(status, "").retryable) << status;
    }
}

TEST(HttpError, FaultsOfTheMomentAreRetryable) {
    for (const int status : {408, 409, 429, 500, 502, 503, 504, 529}) {
        EXPECT_TRUE(http_error(status, "").retryable) << status;
    }
}

TEST(HttpError, RefusalsCostNothing) {
    for (const int status : {301, 400, 404, 408, 422, 429, 503}) {
        EXPECT_EQ(http_error(status, "").reach, Reach::not_reached) << status;
    }
    for (const int status : {500, 502, 504}) {
        EXPECT_EQ(http_error(status, "").reach, Reach::executed) << status;
    }
}

TEST(FaultD, D9_ErrorInASuccessfulAnswerGoesByItsCode) {
    const auto busy = error_in_success(R"({"error":{"message":"full","code":503}})");
    ASSERT_TRUE(busy.has_value());
    EXPECT_EQ(busy->kind, ErrorKind::http);
    EXPECT_EQ(busy->http_status, 503);
    EXPECT_TRUE(busy->retryable);
    EXPECT_EQ(busy->reach, Reach::not_reached);
    const auto vague = error_in_success(R"({"error":"odd"})");
    ASSERT_TRUE(vague.has_value());
    EXPECT_EQ(vague->http_status, 200);
    EXPECT_FALSE(vague->retryable);
    EXPECT_EQ(vague->reach, Reach::executed);
    for (const char* body :
         {"", "{}", "text", "\"text\"", R"({"choices":[]})", R"({"error":null})"}) {
        EXPECT_FALSE(error_in_success(body).has_value()) << body;
    }
}

TEST(UnknownRoute, IsToldFromUnknownModel) {
    EXPECT_TRUE(is_unknown_route(404, recorded("error_unknown_route.json")));
    EXPECT_TRUE(is_unknown_route(404, "404 page not found\n"));
    EXPECT_TRUE(is_unknown_route(
        404, R"({"error":{"code":404,"message":"File Not Found","type":"not_found_error"}})"));
    EXPECT_FALSE(is_unknown_route(404, recorded("error_unknown_model.json")));
    EXPECT_FALSE(is_unknown_route(404, recorded("error_embeddings_unknown_model.json")));
    EXPECT_FALSE(is_unknown_route(404, ""));
    EXPECT_FALSE(is_unknown_route(405, R"({"detail":"Not Found"})"));
}

}  // namespace
}  // namespace vllm_client::wire
