// SPDX-License-Identifier: Apache-2.0
#include "pipeline/event_stream.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "pipeline/stream_parts.h"

namespace vllm_client::pipeline {
namespace {

std::string drained(EventStream& events) {
    wire::SseReader reader(1024);
    std::string all;
    while (events.drain_into(reader)) {
        for (auto event = reader.next(); event && *event; event = reader.next()) {
            all += (*event)->data;
        }
    }
    return all;
}

TEST(EventStream, HandsOverWhatCame) {
    const StreamParts parts;
    const auto events = parts.stream();
    events->on_head(parts.head());
    EXPECT_TRUE(events->on_data("data: a\n\n"));
    EXPECT_TRUE(events->on_data("data: b\n\n"));
    EXPECT_FALSE(events->is_over());
    events->on_done(parts.head(), std::nullopt);
    EXPECT_FALSE(events->is_over());
    EXPECT_EQ(drained(*events), "ab");
    EXPECT_TRUE(events->is_over());
}

TEST(EventStream, RefusesBytesBeyondItsBufferUntilDrained) {
    const StreamParts parts;
    const auto events = parts.stream(16);
    EXPECT_TRUE(events->on_data("data: 12345\n\n"));
    EXPECT_FALSE(events->on_data("data: 67890\n\n"));
    EXPECT_EQ(parts.exchange->resumes, 0);
    EXPECT_EQ(drained(*events), "12345");
    EXPECT_EQ(parts.exchange->resumes, 1);
    EXPECT_TRUE(events->on_data("data: 67890\n\n"));
    EXPECT_EQ(drained(*events), "67890");
}

TEST(EventStream, TakesOnePieceLargerThanItsBuffer) {
    const StreamParts parts;
    const auto events = parts.stream(4);
    EXPECT_TRUE(events->on_data("data: larger\n\n"));
    EXPECT_EQ(drained(*events), "larger");
}

TEST(EventStream, WakesOnceForEachRequest) {
    const StreamParts parts;
    const auto events = parts.stream();
    int wakes = 0;
    events->on_ready([&] { ++wakes; });
    EXPECT_FALSE(parts.runner->run());
    EXPECT_TRUE(events->on_data("x"));
    EXPECT_TRUE(events->on_data("y"));
    EXPECT_TRUE(parts.runner->run());
    EXPECT_EQ(wakes, 1);
    events->on_ready([&] { ++wakes; });
    EXPECT_TRUE(parts.runner->run());
    EXPECT_EQ(wakes, 2);
}

TEST(EventStream, WakesAtTheEndAndWhenCancelled) {
    const StreamParts parts;
    int wakes = 0;
    const auto ended = parts.stream();
    ended->on_ready([&] { ++wakes; });
    ended->on_done(parts.head(), std::nullopt);
    EXPECT_TRUE(parts.runner->run());
    const auto cancelled = parts.stream();
    cancelled->on_ready([&] { ++wakes; });
    cancelled->cancel();
    cancelled->cancel();
    EXPECT_TRUE(parts.runner->run());
    EXPECT_EQ(wakes, 2);
    EXPECT_EQ(parts.exchange->cancels, 1);
}

TEST(EventStream, WaitEndsWithBytesWithTheEndAndWithCancel) {
    const StreamParts parts;
    const auto events = parts.stream();
    {
        std::jthread reactor([&] { EXPECT_TRUE(events->on_data("data: a\n\n")); });
        events->wait();
    }
    EXPECT_EQ(drained(*events), "a");
    {
        std::jthread reactor([&] { events->on_done(parts.head(), std::nullopt); });
        events->wait();
    }
    EXPECT_TRUE(events->is_over());
    const auto other = parts.stream();
    std::jthread canceller([&] { other->cancel(); });
    other->wait();
    EXPECT_TRUE(other->is_cancelled());
}

TEST(EventStream, AnExchangeAttachedAfterTheEndIsLetGo) {
    const StreamParts parts;
    const auto events = std::make_shared<EventStream>(parts.record, parts.runner, parts.clock, 16,
                                                      EventStream::Probe());
    events->on_done(parts.head(), Error{.kind = ErrorKind::closed});
    const auto exchange = std::make_shared<NotedExchange>();
    events->attach(exchange);
    EXPECT_EQ(exchange.use_count(), 1);
}

TEST(EventStream, AnExchangeAttachedAfterACancelIsCancelled) {
    const StreamParts parts;
    const auto events = std::make_shared<EventStream>(parts.record, parts.runner, parts.clock, 16,
                                                      EventStream::Probe());
    events->cancel();
    events->attach(parts.exchange);
    EXPECT_EQ(parts.exchange->cancels, 1);
}

TEST(EventStream, NotesTheFirstTokenWhenItArrives) {
    const StreamParts parts;
    const auto events = parts.stream(1024, [](std::string_view bytes) {
        return EventStream::Sighting{.chunk = true, .token = bytes == "token"};
    });
    events->on_head(parts.head());
    EXPECT_TRUE(events->on_data("role"));
    EXPECT_EQ(parts.exchange->first_tokens, 0);
    EXPECT_TRUE(events->on_data("token"));
    EXPECT_TRUE(events->on_data("token"));
    EXPECT_EQ(parts.exchange->first_tokens, 1);
    EXPECT_EQ(parts.metrics->snapshot().first_token.count, 1U);
    const Timing timing = events->timing();
    EXPECT_GT(timing.first_chunk.count(), 0);
    EXPECT_GE(timing.first_token, timing.first_chunk);
    EXPECT_GE(timing.total, timing.first_token);
}

TEST(EventStream, IgnoresTheRestAndLetsThePausedExchangeGoOn) {
    const StreamParts parts;
    const auto events = parts.stream(4);
    EXPECT_TRUE(events->on_data("12345"));
    EXPECT_FALSE(events->on_data("67890"));
    events->ignore_rest();
    EXPECT_EQ(parts.exchange->resumes, 1);
    EXPECT_TRUE(events->on_data("67890"));
    EXPECT_TRUE(events->on_data("67890"));
    events->on_done(parts.head(), std::nullopt);
    EXPECT_TRUE(events->is_over());
}

}  // namespace
}  // namespace vllm_client::pipeline
