// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_web_socket.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vllm_client::testing::sim {
namespace {

/// A frame as a client sends it: `first` has the kind and the bit that says it is the last one.
std::string masked(unsigned first, std::string_view payload) {
    const std::string mask = "abcd";
    std::string bytes{static_cast<char>(first)};
    if (payload.size() < 126) {
        bytes.push_back(static_cast<char>(0x80U | payload.size()));
    } else {
        bytes.push_back(static_cast<char>(0x80U | 126U));
        bytes.push_back(static_cast<char>(payload.size() >> 8U));
        bytes.push_back(static_cast<char>(payload.size() & 0xFFU));
    }
    bytes += mask;
    for (std::size_t i = 0; i < payload.size(); ++i)
        bytes.push_back(static_cast<char>(payload[i] ^ mask[i % 4]));
    return bytes;
}

TEST(SimWebSocket, AnswersTheKeyOfTheStandard) {
    EXPECT_EQ(web_socket_accept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(SimWebSocket, ReadsFramesHoweverTheyAreCut) {
    const std::string text(300, 'x');
    const std::string bytes = masked(0x81, "hi") + masked(0x81, text);
    FrameReader reader(1000);
    std::vector<std::string> seen;
    for (const char byte : bytes) {
        reader.put(std::string_view(&byte, 1));
        while (const auto frame = reader.next())
            seen.push_back(frame->payload);
    }
    EXPECT_EQ(seen, (std::vector<std::string>{"hi", text}));
    EXPECT_EQ(reader.fault(), 0);
}

TEST(SimWebSocket, PutsFragmentsTogetherAndLetsControlFramesPass) {
    FrameReader reader(1000);
    reader.put(masked(0x01, "he") + masked(0x89, "ping") + masked(0x00, "l") + masked(0x80, "lo"));
    const auto ping = reader.next();
    ASSERT_TRUE(ping);
    EXPECT_EQ(ping->kind, FrameKind::ping);
    const auto text = reader.next();
    ASSERT_TRUE(text);
    EXPECT_EQ(text->kind, FrameKind::text);
    EXPECT_EQ(text->payload, "hello");
}

TEST(SimWebSocket, BrokenFramesHaveACode) {
    const std::pair<std::string, int> cases[] = {
        {std::string("\x81\x02hi", 4), 1002},             // no mask
        {masked(0xC1, "hi"), 1002},                       // a reserved bit
        {masked(0x83, "hi"), 1002},                       // a reserved kind
        {masked(0x80, "hi"), 1002},                       // goes on with nothing
        {masked(0x01, "hi") + masked(0x81, "hi"), 1002},  // two at once
        {masked(0x09, "hi"), 1002},                       // a control frame in pieces
        {masked(0x81, std::string(21, 'x')), 1009},       // too long
        {masked(0x01, "0123456789") + masked(0x80, std::string(11, 'x')), 1009},
    };
    for (const auto& [bytes, code] : cases) {
        FrameReader reader(20);
        reader.put(bytes);
        EXPECT_FALSE(reader.next()) << code;
        EXPECT_EQ(reader.fault(), code);
        reader.put(masked(0x81, "hi"));
        EXPECT_FALSE(reader.next());
    }
}

TEST(SimWebSocket, WritesAllThreeSizes) {
    for (const std::size_t size : {0UL, 125UL, 126UL, 65535UL, 65536UL}) {
        std::string out;
        append_frame(out, FrameKind::text, std::string(size, 'x'));
        const std::size_t head = size < 126 ? 2 : size < 65536 ? 4 : 10;
        EXPECT_EQ(out.size(), head + size);
        EXPECT_EQ(out[0], '\x81');
    }
    std::string out;
    append_close(out, 1000);
    EXPECT_EQ(out, std::string("\x88\x02\x03\xE8", 4));
}

}  // namespace
}  // namespace vllm_client::testing::sim
