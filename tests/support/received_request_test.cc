// SPDX-License-Identifier: Apache-2.0
#include "support/received_request.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

namespace vllm_client::support {
namespace {

/// Hands out `text` in pieces of at most `piece` bytes.
InboundBytes bytes_of(std::string text, std::size_t piece = 1'000'000) {
    return InboundBytes(
        [text = std::move(text), piece](std::size_t at_most) mutable -> std::optional<std::string> {
            if (text.empty()) return std::nullopt;
            const std::string head = text.substr(0, std::min(piece, at_most));
            text.erase(0, head.size());
            return head;
        });
}

std::string problem_of(const std::string& text) {
    InboundBytes bytes = bytes_of(text);
    const RequestOrProblem result = read_whole_request(bytes);
    const auto* const unreadable = std::get_if<UnreadableRequest>(&result);
    return unreadable != nullptr ? unreadable->problem : "none";
}

TEST(ReceivedRequest, ReadsSizedBodyForEverySplit) {
    const std::string raw =
        "POST /v1/x?y=1 HTTP/1.1\r\nHost: h\r\ncontent-LENGTH:  5 \r\n\r\nhello";
    for (std::size_t piece = 1; piece <= raw.size(); ++piece) {
        InboundBytes bytes = bytes_of(raw + "rest", piece);
        const auto request = std::get<ReceivedRequest>(read_whole_request(bytes));
        EXPECT_EQ(request.method, "POST");
        EXPECT_EQ(request.target, "/v1/x?y=1");
        EXPECT_EQ(request.body, "hello");
        EXPECT_EQ(request.raw, raw);
        EXPECT_EQ(bytes.take(4), "rest");
    }
}

TEST(ReceivedRequest, PutsChunkedBodyTogether) {
    const std::string raw =
        "POST / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n"
        "3;a=b\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: 1\r\n\r\n";
    InboundBytes bytes = bytes_of(raw, 3);
    const auto request = std::get<ReceivedRequest>(read_whole_request(bytes));
    EXPECT_EQ(request.body, "abc0123456789");
    EXPECT_EQ(request.raw, raw);
}

TEST(ReceivedRequest, FindsHeadersWhateverTheirCase) {
    InboundBytes bytes = bytes_of("GET / HTTP/1.1\r\nX-Key: first\r\nx-key: second\r\nE:\r\n\r\n");
    const auto request = std::get<ReceivedRequest>(read_whole_request(bytes));
    EXPECT_EQ(request.header("X-KEY"), "first");
    EXPECT_EQ(request.headers.at(1), (std::pair<std::string, std::string>("x-key", "second")));
    EXPECT_TRUE(request.has_header("e"));
    EXPECT_EQ(request.header("e"), "");
    EXPECT_FALSE(request.has_header("absent"));
}

TEST(ReceivedRequest, HeadLeavesTheBodyUnread) {
    InboundBytes bytes = bytes_of("POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nab");
    const auto request = std::get<ReceivedRequest>(read_request_head(bytes));
    EXPECT_EQ(request.body, "");
    EXPECT_EQ(bytes.take(2), "ab");
}

TEST(ReceivedRequest, ReadsTwoRequestsFromOneSource) {
    InboundBytes bytes = bytes_of("GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n");
    EXPECT_EQ(std::get<ReceivedRequest>(read_whole_request(bytes)).target, "/1");
    EXPECT_EQ(std::get<ReceivedRequest>(read_whole_request(bytes)).target, "/2");
}

TEST(ReceivedRequest, EndBetweenRequestsIsNoProblem) {
    EXPECT_EQ(problem_of(""), "");
}

TEST(ReceivedRequest, SaysWhatIsBrokenOrMissing) {
    EXPECT_EQ(problem_of("GET / HT"), "ended inside the headers");
    EXPECT_EQ(problem_of("nonsense\r\n\r\n"), "bad request line: nonsense");
    EXPECT_EQ(problem_of("GET / HTTP/1.1\r\nno colon\r\n\r\n"), "bad header line: no colon");
    EXPECT_EQ(problem_of("GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"), "bad content-length: -1");
    EXPECT_EQ(problem_of("GET / HTTP/1.1\r\nContent-Length: 2\r\n\r\na"), "ended inside the body");
    const std::string chunked_head = "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
    EXPECT_EQ(problem_of(chunked_head + "zz\r\n"), "bad chunk size: zz\r\n");
    EXPECT_EQ(problem_of(chunked_head + "1\r\n"), "ended inside a chunk");
    EXPECT_EQ(problem_of(chunked_head + "1\r\na\r\n"), "ended inside a chunked body");
    EXPECT_EQ(problem_of(chunked_head + "0\r\n"), "ended inside the trailers");
}

}  // namespace
}  // namespace vllm_client::support
