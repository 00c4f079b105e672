// SPDX-License-Identifier: Apache-2.0
#include "wire/sse_reader.h"

#include <gtest/gtest.h>

#include <ctime>
#include <functional>
#include <utility>

#include "wire/stream_input.h"

namespace vllm_client::wire {
namespace {

using Data = std::vector<std::string>;
using namespace std::string_literals;

TEST(SseReader, ReadsEventsInOrder) {
    EXPECT_EQ(data_of("data: one\n\ndata: two\n\n"), (Data{"one", "two"}));
}

TEST(SseReader, HoldsBackAnEventWithoutItsBlankLine) {
    EXPECT_EQ(data_of("data: one\n\ndata: two\n"), Data{"one"});
    EXPECT_EQ(data_of("data: one\n\ndata: two"), Data{"one"});
}

TEST(SseReader, TellsWhetherAnEventHasBegun) {
    SseReader reader(1000);
    reader.append("data: one\n\n");
    ASSERT_TRUE(reader.next().value());
    ASSERT_FALSE(reader.next().value());
    EXPECT_FALSE(reader.inside_event());
    reader.append("da");
    ASSERT_FALSE(reader.next().value());
    EXPECT_TRUE(reader.inside_event());
    reader.append("ta: two\n");
    ASSERT_FALSE(reader.next().value());
    EXPECT_TRUE(reader.inside_event());
    EXPECT_EQ(reader.unread(), 0u);
}

TEST(FaultC, C2_LinesEndWithLfCrOrCrLf) {
    EXPECT_EQ(data_of("data: a\n\ndata: b\r\rdata: c\r\n\r\n"), (Data{"a", "b", "c"}));
    EXPECT_EQ(data_of("data: a\r\ndata: b\ndata: c\r\n\n"), Data{"a\nb\nc"});
}

TEST(FaultC, C2_LineFeedAfterCarriageReturnMayComeLater) {
    SseReader reader(1000);
    StreamContent content;
    reader.append("data: a\r\n\r");
    ASSERT_TRUE(drain(reader, content));
    EXPECT_EQ(content.events.size(), 1u) << "CR ends the line at once";
    reader.append("\ndata: b\r");
    ASSERT_TRUE(drain(reader, content));
    reader.append("\n\r\n");
    ASSERT_TRUE(drain(reader, content));
    EXPECT_EQ(content.events, (std::vector<StreamContent::Event>{{"", "a"}, {"", "b"}}));
}

TEST(FaultC, C2_NothingElseEndsALine) {
    const std::string text =
        "a\u2028b\u2029c\u0085d\x0B\x0C\x1C"
        "e"s +
        '\0' + "f";
    EXPECT_EQ(data_of("data: " + text + "\n\n"), Data{text});
}

TEST(FaultC, C2_OneByteOrderMarkIsDropped) {
    const std::string mark = "\xEF\xBB\xBF";
    EXPECT_EQ(data_of(mark + "data: a\n\n"), Data{"a"});
    EXPECT_EQ(data_of(mark + mark + "data: a\n\ndata: b\n\n"), Data{"b"}) << "the second is text";
    EXPECT_EQ(data_of("data: a\n\n" + mark + "data: b\n\n"), Data{"a"}) << "later ones are text";
    EXPECT_EQ(read_stream(mark + "data: a\n\n", {1, 2, 3}).events,
              read_stream("data: a\n\n").events);
    EXPECT_EQ(data_of("\xEF\xBB:x\ndata: a\n\n"), Data{"a"}) << "a broken mark is a field name";
}

TEST(FaultC, C2_OneSpaceAfterTheColonIsDropped) {
    EXPECT_EQ(data_of("data:a\n\ndata: b\n\ndata:  c\n\ndata:\td\n\n"),
              (Data{"a", "b", " c", "\td"}));
}

TEST(FaultC, C2_DataLinesAreJoinedByLineFeeds) {
    EXPECT_EQ(data_of("data: a\ndata\ndata:\ndata: b\n\n"), Data{"a\n\n\nb"});
    EXPECT_EQ(data_of("data: a\nid: 1\ndata: b\n: comment\ndata: c\n\n"), Data{"a\nb\nc"});
}

TEST(FaultC, C2_EmptyDataIsAnEventAndNoDataIsNone) {
    EXPECT_EQ(data_of("data\n\n"), Data{""});
    EXPECT_EQ(data_of("data:\n\n"), Data{""});
    EXPECT_EQ(data_of("\n\n\nevent: x\n\n: comment\n\nid: 3\n\n"), Data{});
}

TEST(FaultC, C2_UnknownFieldsAreSkipped) {
    EXPECT_EQ(data_of("retry: 10\nid: 7\nDATA: no\n data: no\ndatax: no\nfoo\ndata: yes\n\n"),
              Data{"yes"});
}

TEST(FaultC, C14_EventTypesAreKeptAndEndWithTheirEvent) {
    const auto content = read_stream(
        "event: a\ndata: 1\n\ndata: 2\n\nevent: b\n\ndata: 3\n\n"
        "data: 4\nevent: c\nevent: d\n\n");
    EXPECT_EQ(content.events,
              (std::vector<StreamContent::Event>{{"a", "1"}, {"", "2"}, {"", "3"}, {"d", "4"}}));
}

TEST(FaultC, C18_CommentsAreCountedAndAreNoEvents) {
    SseReader reader(1000);
    reader.append(": keep-alive\n\n:\n\n: keep-alive\n\n");
    EXPECT_FALSE(reader.next().value());
    EXPECT_EQ(reader.comments(), 3u);
    EXPECT_FALSE(reader.inside_event());
}

TEST(FaultC, C10_NulBytesAreKept) {
    EXPECT_EQ(data_of("data: a\0b\n\n"s), Data{"a\0b"s});
}

TEST(FaultC, C11_LineWithoutEndIsALimitError) {
    SseReader reader(100);
    reader.append("data: " + std::string(94, 'x'));
    ASSERT_TRUE(reader.next().ok());
    reader.append("x");
    const auto event = reader.next();
    ASSERT_FALSE(event.ok());
    EXPECT_EQ(event.error().kind, ErrorKind::limit);
    EXPECT_EQ(event.error().reach, Reach::executed);
}

TEST(FaultC, C11_ManySmallLinesOfOneEventAreALimitError) {
    std::string stream;
    for (int i = 0; i < 20; ++i)
        stream += "data: 12345678\n";
    EXPECT_EQ(read_stream(stream + "\n", {}, 100).error, ErrorKind::limit);
    EXPECT_EQ(read_stream(stream + "\n", {}, 20 * 9).error, std::nullopt);
}

TEST(FaultC, C11_LimitDoesNotDependOnSplits) {
    const std::string good = "data: " + std::string(94, 'x') + "\n\n";
    const std::string bad = "data: a\n\ndata: " + std::string(95, 'x') + "\n\n";
    EXPECT_EQ(read_stream(good, {}, 100).error, std::nullopt);
    EXPECT_EQ(read_stream(good, cuts_every(1, good.size()), 100), read_stream(good, {}, 100));
    EXPECT_EQ(read_stream(bad, {}, 100).error, ErrorKind::limit);
    EXPECT_EQ(read_stream(bad, cuts_every(1, bad.size()), 100), read_stream(bad, {}, 100));
}

// Processor time, which the load of the machine does not change.
double seconds_of(const std::function<void()>& work) {
    const std::clock_t begin = std::clock();
    work();
    return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

// A reader that looked at all bytes again for each piece would need many minutes for the first one.
TEST(FaultC, C11_HugeEventCostsLinearTimeInAnyPieces) {
    for (const auto& [piece, size] : {std::pair(1, 4 << 20), {7, 16 << 20}, {16'384, 16 << 20}}) {
        const auto text = static_cast<std::size_t>(size);
        const std::string stream = "data: " + std::string(text, 'x') + "\n\n";
        const auto cuts = cuts_every(static_cast<std::size_t>(piece), stream.size());
        StreamContent content;
        EXPECT_LT(seconds_of([&] { content = read_stream(stream, cuts, stream.size()); }), 20);
        ASSERT_EQ(content.events.size(), 1u);
        EXPECT_EQ(content.events[0].data.size(), text);
    }
}

TEST(SseReader, LinesEndedByCarriageReturnsOnlyCostLinearTime) {
    std::string stream;
    while (stream.size() < 4 << 20)
        stream += "data: x\r\r";
    StreamContent content;
    EXPECT_LT(seconds_of([&] { content = read_stream(stream); }), 20);
    EXPECT_EQ(content.events.size(), stream.size() / 9);
}

TEST(SseReader, ExchangesBuffersInsteadOfCopying) {
    SseReader reader(1000);
    std::string bytes = "data: one\n\n";
    bytes.reserve(1000);
    const char* const place = bytes.data();
    reader.append_swap(bytes);
    EXPECT_TRUE(bytes.empty());
    const auto event = reader.next().value();
    ASSERT_TRUE(event);
    EXPECT_EQ(event->data.data(), place + 6);
}

TEST(SseReader, GivesTheSameEventsFromExchangedBuffers) {
    SseReader reader(1000);
    StreamContent content;
    for (std::string piece : {"data: o", "ne\n\ndata: two\n\n", "", "data: three\n", "\n"}) {
        reader.append_swap(piece);
        ASSERT_TRUE(drain(reader, content));
    }
    EXPECT_EQ(content.events,
              (std::vector<StreamContent::Event>{{"", "one"}, {"", "two"}, {"", "three"}}));
}

TEST(SseReader, DataIsFollowedByReadablePadding) {
    SseReader reader(1000);
    for (const std::string stream : {"data: a\n\n", "data: a\ndata: b\n\n"}) {
        std::string bytes = stream;
        reader.append_swap(bytes);
        const auto event = reader.next().value();
        ASSERT_TRUE(event);
        // Read through a volatile pointer, so that a sanitizer sees the bytes being read.
        const volatile char* end = event->data.data() + event->data.size();
        for (std::size_t i = 0; i < SseReader::padding; ++i)
            (void)end[i];
    }
}

}  // namespace
}  // namespace vllm_client::wire
