// SPDX-License-Identifier: Apache-2.0
#include "wire/surrogate_joiner.h"

#include <gtest/gtest.h>

#include "wire/chat_chunk.h"
#include "wire/chunk_input.h"
#include "wire/completion_chunk.h"

namespace vllm_client::wire {
namespace {

constexpr const char* high = R"(\ud83d)";
constexpr const char* low = R"(\ude00)";

/// A reader of chats, as the joiner's user.
class ChatReading {
 public:
    ChatDelta read(const std::string& json) { return reader.read(store(json)).value(); }
    std::string text(const std::string& json) { return std::string(read(json).text()); }

    EventStore store;
    detail::ChatChunkReader reader;
};

TEST(FaultC, C9_CharacterCutInTwoIsDeliveredWhole) {
    ChatReading chat;
    EXPECT_EQ(chat.text(content_event(std::string("a") + high)), "a");
    EXPECT_EQ(chat.text(content_event(std::string(low) + "b")), "😀b");
    EXPECT_EQ(chat.text(content_event("c")), "c");
}

TEST(FaultC, C9_EventsWithoutTextDoNotEndTheWait) {
    ChatReading chat;
    EXPECT_EQ(chat.text(content_event(high)), "");
    EXPECT_EQ(chat.text(content_event("")), "");
    EXPECT_EQ(chat.text(delta_event("{}")), "");
    EXPECT_EQ(chat.text(content_event(low)), "😀");
}

TEST(FaultC, C9_ChoicesAndReasoningWaitForThemselves) {
    ChatReading chat;
    EXPECT_EQ(chat.text(content_event(high, 0)), "");
    EXPECT_EQ(chat.text(content_event("plain", 1)), "plain");
    EXPECT_EQ(chat.text(content_event(high, 1)), "");
    EXPECT_EQ(chat.read(delta_event(R"({"reasoning":"\ud83d"})")).reasoning(), "");
    EXPECT_EQ(chat.text(content_event(low, 0)), "😀");
    EXPECT_EQ(chat.read(delta_event(R"({"reasoning":"\ude01"})")).reasoning(), "😁");
    EXPECT_EQ(chat.text(content_event(low, 1)), "😀");
}

TEST(FaultC, C9_ToolArgumentsWaitToo) {
    ChatReading chat;
    const auto arguments = [&chat](const std::string& piece) {
        return std::string(
            chat.read(delta_event(R"({"tool_calls":[{"index":1,"function":{"arguments":")" + piece +
                                  R"("}}]})"))
                .tool_calls()
                .at(0)
                .arguments);
    };
    EXPECT_EQ(arguments(std::string("x") + high), "x");
    EXPECT_EQ(arguments(std::string(low) + "y"), "😀y");
}

TEST(FaultC, C9_FurtherChoicesOfAnEventWaitToo) {
    ChatReading chat;
    const auto two = [](const std::string& a, const std::string& b) {
        return R"({"choices":[{"index":0,"delta":{"content":")" + a +
               R"("}},{"index":1,"delta":{"content":")" + b + R"("}}]})";
    };
    EXPECT_EQ(chat.read(two(high, high)).choice_count(), 2u);
    const auto& choices = chat.read(two(low, low)).chunk().choices;
    EXPECT_EQ(choices.at(0).content, "😀");
    EXPECT_EQ(choices.at(1).content, "😀");
}

TEST(FaultC, C9_HalvesWithoutPartnerBecomeReplacementCharacters) {
    ChatReading chat;
    EXPECT_EQ(chat.text(content_event(std::string(low) + "a")), "\uFFFDa");
    EXPECT_EQ(chat.text(content_event(std::string(high) + "a")), "\uFFFDa");
    EXPECT_EQ(chat.text(content_event(high)), "");
    EXPECT_EQ(chat.text(content_event("b")), "\uFFFDb");
    EXPECT_EQ(chat.text(content_event(std::string(high) + high)), "\uFFFD");
    EXPECT_EQ(chat.text(content_event("c", 0, R"("stop")")), "\uFFFDc");
}

TEST(FaultC, C9_TheLastEventHoldsNothingBack) {
    ChatReading chat;
    EXPECT_EQ(chat.text(content_event(high)), "");
    EXPECT_EQ(chat.text(content_event("", 0, R"("stop")")), "\uFFFD");
    EXPECT_EQ(chat.text(content_event(high, 1, R"("stop")")), "\uFFFD");
}

TEST(FaultC, C9_AnEscapedBackslashStartsNoSurrogate) {
    ChatReading chat;
    EXPECT_EQ(chat.text(content_event(R"(\\ud83d)")), R"(\ud83d)");
    EXPECT_EQ(chat.text(content_event(R"(\\ude00)")), R"(\ude00)");
    EXPECT_EQ(chat.text(content_event(R"(\\\ud83d)")), "\\");
    EXPECT_EQ(chat.text(content_event(low)), "😀");
}

TEST(FaultC, C9_CompletionsWaitToo) {
    ChatReading chat;
    detail::CompletionChunkReader reader;
    EXPECT_EQ(reader.read(chat.store(text_event(std::string("a") + high)))->text(), "a");
    const auto delta = reader.read(chat.store(text_event(std::string(low) + "b"))).value();
    EXPECT_EQ(delta.text(), "😀b");
    EXPECT_EQ(delta.chunk().choices.at(0).text, "😀b");
}

TEST(SurrogateJoiner, HoldsBackOnlyAFirstHalfAtTheEnd) {
    SurrogateJoiner joiner;
    EXPECT_EQ(joiner.join({}, R"(\ud83d!)", false), "\uFFFD!");
    EXPECT_TRUE(joiner.empty());
    EXPECT_EQ(joiner.join({}, R"(\uD83D)", false), "");
    EXPECT_FALSE(joiner.empty());
    EXPECT_EQ(joiner.join({.choice = 1}, "x", false), "x");
    EXPECT_EQ(joiner.join({}, R"(\uDE00)", false), "😀");
    EXPECT_TRUE(joiner.empty());
}

TEST(SurrogateJoiner, HoldsBackABoundedNumber) {
    SurrogateJoiner joiner;
    for (int i = 0; i < 2'000; ++i) {
        (void)joiner.join({.choice = 0, .field = TextPart::Field::arguments, .tool = i}, high,
                          false);
    }
    EXPECT_EQ(joiner.join({.choice = 1}, high, false), "\uFFFD") << "no more are held back";
}

}  // namespace
}  // namespace vllm_client::wire
