// SPDX-License-Identifier: Apache-2.0
#include "pipeline/typed_stream.h"

#include <gtest/gtest.h>

#include <stop_token>
#include <string>
#include <utility>

#include "api/families.h"
#include "pipeline/stream_parts.h"
#include "support/http_text.h"

namespace vllm_client::pipeline {
namespace {

using support::chat_chunk;
using support::chat_finish_chunk;
using support::sse_done;
using support::sse_event;
using ChatSource = TypedStream<api::ChatFamily>;

/// A chat stream whose server is the test.
struct Chat {
    explicit Chat(const std::stop_token& stop = {})
        : events(parts.stream(1024, make_probe<api::ChatFamily>(1024))),
          source(events, parts.record, parts.runner, 1024, {}, stop) {
        events->on_head(parts.head());
    }
    void send(const std::string& bytes) const { ASSERT_TRUE(events->on_data(bytes)); }
    void end(std::optional<Error> error = std::nullopt) const {
        events->on_done(parts.head(), std::move(error));
    }

    StreamParts parts;
    std::shared_ptr<EventStream> events;
    ChatSource source;
};

TEST(TypedStream, GivesADeltaForEachEventAndThenTheEnd) {
    Chat chat;
    chat.send(sse_event(chat_chunk("a")) + sse_event(chat_chunk("b")));
    EXPECT_EQ(chat.source.next().value()->text(), "a");
    EXPECT_EQ(chat.source.next().value()->text(), "b");
    EXPECT_FALSE(chat.source.try_next());
    chat.send(sse_event(chat_finish_chunk()) + sse_done());
    EXPECT_EQ(chat.source.next().value()->finish_reason(), FinishReason::stop);
    EXPECT_FALSE(chat.source.next().value());
    EXPECT_FALSE(chat.source.next().value());
    EXPECT_EQ(chat.parts.metrics->snapshot().successes, 1U);
}

TEST(TypedStream, CancellingAfterTheEndMarkerLeavesTheConnectionAlone) {
    Chat chat;
    chat.send(sse_event(chat_finish_chunk()) + sse_done());
    ASSERT_TRUE(chat.source.collect().ok());
    chat.source.cancel();
    EXPECT_EQ(chat.parts.exchange->cancels, 0);
    EXPECT_TRUE(chat.events->on_data("data: {}\n\n"));
    chat.end();
    EXPECT_FALSE(chat.source.next().value());
}

TEST(TypedStream, DestroyingItCancels) {
    const StreamParts parts;
    { const ChatSource source(parts.stream(), parts.record, parts.runner, 1024, {}, {}); }
    EXPECT_EQ(parts.exchange->cancels, 1);
}

TEST(TypedStream, WithHalfAnEventItWaitsForMoreInsteadOfAskingAgain) {
    Chat chat;
    const std::string event = sse_event(chat_chunk("hello"));
    chat.send(event.substr(0, 10));
    int wakes = 0;
    chat.source.on_ready([&] { ++wakes; });
    EXPECT_TRUE(chat.parts.runner->run());
    EXPECT_FALSE(chat.source.try_next());
    chat.source.on_ready([&] { ++wakes; });
    EXPECT_FALSE(chat.parts.runner->run());
    chat.send(event.substr(10));
    EXPECT_TRUE(chat.parts.runner->run());
    EXPECT_EQ(wakes, 2);
    EXPECT_EQ(chat.source.try_next()->value()->text(), "hello");
}

TEST(TypedStream, IsReadyWhileReadEventsAreLeft) {
    Chat chat;
    chat.send(sse_event(chat_chunk("a")) + sse_event(chat_chunk("b")));
    ASSERT_TRUE(chat.source.try_next());
    int wakes = 0;
    chat.source.on_ready([&] { ++wakes; });
    EXPECT_TRUE(chat.parts.runner->run());
    EXPECT_EQ(wakes, 1);
}

TEST(TypedStream, AStopRequestEndsItAsCancelled) {
    std::stop_source stop;
    Chat chat(stop.get_token());
    chat.send(sse_event(chat_chunk("a")));
    ASSERT_TRUE(chat.source.try_next());
    stop.request_stop();
    EXPECT_EQ(chat.parts.exchange->cancels, 1);
    const auto step = chat.source.next();
    ASSERT_FALSE(step.ok());
    EXPECT_EQ(step.error().kind, ErrorKind::cancelled);
    EXPECT_EQ(step.error().partial, std::vector<std::string>{"a"});
    EXPECT_EQ(step.error().request_id, "id-1");
    EXPECT_EQ(step.error().endpoint, "main");
}

TEST(TypedStream, AnEventThatIsNoJsonEndsItAndClosesTheConnection) {
    Chat chat;
    chat.send(sse_event(chat_chunk("a")) + sse_event("oops"));
    ASSERT_TRUE(chat.source.next().ok());
    const auto step = chat.source.next();
    ASSERT_FALSE(step.ok());
    EXPECT_EQ(step.error().kind, ErrorKind::decode);
    EXPECT_EQ(step.error().partial, std::vector<std::string>{"a"});
    EXPECT_EQ(chat.parts.exchange->cancels, 1);
    EXPECT_EQ(chat.parts.metrics->snapshot().failures, 1U);
}

TEST(TypedStream, ABodyThatIsNotAStreamIsAnError) {
    Chat chat;
    HttpReply reply = chat.parts.head();
    reply.body = R"({"error":{"message":"no","code":503}})";
    chat.events->on_done(std::move(reply), std::nullopt);
    const auto step = chat.source.next();
    ASSERT_FALSE(step.ok());
    EXPECT_EQ(step.error().kind, ErrorKind::http);
    EXPECT_EQ(step.error().server.message, "no");
}

TEST(TypedStream, ATransportErrorAfterTheLastFinishReasonIsASuccess) {
    Chat chat;
    chat.send(sse_event(chat_chunk("a")) + sse_event(chat_finish_chunk()));
    chat.end(Error{.kind = ErrorKind::stream, .message = "cut"});
    const auto reply = chat.source.collect();
    ASSERT_TRUE(reply.ok());
    EXPECT_TRUE(reply->end_marker_missing);
}

TEST(TypedStream, ADeadlineAfterTheLastFinishReasonIsStillOne) {
    Chat chat;
    chat.send(sse_event(chat_finish_chunk()));
    chat.end(Error{.kind = ErrorKind::deadline, .message = "late"});
    EXPECT_EQ(chat.source.collect().error().kind, ErrorKind::deadline);
}

TEST(TypedStream, OneThatNeverBeganGivesItsError) {
    const StreamParts parts;
    ChatSource source(Error{.kind = ErrorKind::config, .message = "wrong"}, parts.runner);
    EXPECT_EQ(source.next().error().message, "wrong");
    EXPECT_EQ(source.collect().error().message, "wrong");
    source.cancel();
    EXPECT_EQ(source.timing().total.count(), 0);
    int wakes = 0;
    source.on_ready([&] { ++wakes; });
    EXPECT_TRUE(parts.runner->run());
    EXPECT_EQ(wakes, 1);
}

}  // namespace
}  // namespace vllm_client::pipeline
