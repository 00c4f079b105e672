// SPDX-License-Identifier: Apache-2.0
#include "support/http_text.h"

#include <gtest/gtest.h>

namespace vllm_client::support {
namespace {

TEST(HttpText, HeadHasOnlyTheGivenHeaders) {
    EXPECT_EQ(http_head(503, {{"Retry-After", "1"}}),
              "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n\r\n");
}

TEST(HttpText, ReplyTellsTypeAndLength) {
    EXPECT_EQ(http_reply(200, "{}"),
              "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
}

TEST(HttpText, ReplyTakesOtherHeaders) {
    EXPECT_EQ(http_reply(418, "", {{"A", "b"}}),
              "HTTP/1.1 418 Status\r\nA: b\r\nContent-Length: 0\r\n\r\n");
}

TEST(HttpText, NoContentReplyHasNoLength) {
    EXPECT_EQ(http_reply(204, "", {}), "HTTP/1.1 204 No Content\r\n\r\n");
}

TEST(HttpText, ChunkSizesAreHexadecimal) {
    EXPECT_EQ(chunk(std::string(26, 'x')), "1a\r\n" + std::string(26, 'x') + "\r\n");
}

TEST(HttpText, ChunkedBodyEndsOnlyIfTerminated) {
    EXPECT_EQ(chunked({"ab", "c"}), "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n");
    EXPECT_EQ(chunked({"ab"}, false), "2\r\nab\r\n");
}

TEST(HttpText, ChunkedBodyLeavesOutEmptyPieces) {
    EXPECT_EQ(chunked({"", "c"}), "1\r\nc\r\n0\r\n\r\n");
}

TEST(HttpText, QuotesWhatJsonCannotHold) {
    EXPECT_EQ(json_quoted(std::string_view("a\"\\\n\0\xc3\xa9", 7)),
              "\"a\\\"\\\\\\u000a\\u0000\xc3\xa9\"");
}

TEST(HttpText, ChatChunkCarriesTheText) {
    EXPECT_EQ(chat_chunk("Hi\n"),
              R"({"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,)"
              R"("model":"test-model","choices":[{"index":0,"delta":{"content":"Hi\u000a"},)"
              R"("logprobs":null,"finish_reason":null}]})");
}

TEST(HttpText, ChatStreamRunsFromRoleToEndMarker) {
    const auto events = chat_stream({"a", "b"});
    ASSERT_EQ(events.size(), 5U);
    EXPECT_EQ(events[0], sse_event(chat_role_chunk()));
    EXPECT_EQ(events[1], sse_event(chat_chunk("a")));
    EXPECT_EQ(events[2], sse_event(chat_chunk("b")));
    EXPECT_EQ(events[3], sse_event(chat_finish_chunk()));
    EXPECT_EQ(events[4], "data: [DONE]\n\n");
}

TEST(HttpText, ChatStreamReplyIsOneChunkedEventStream) {
    EXPECT_EQ(chat_stream_reply({"a"}),
              "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
              "Transfer-Encoding: chunked\r\n\r\n" +
                  chunked(chat_stream({"a"})));
}

TEST(HttpText, ErrorBodyHasTheUsualFields) {
    EXPECT_EQ(error_body(404, "NotFoundError", "no \"x\""),
              R"({"error":{"message":"no \"x\"","type":"NotFoundError","param":null,"code":404}})");
}

}  // namespace
}  // namespace vllm_client::support
