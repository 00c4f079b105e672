// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/conversation.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "api/conversation_fit.h"
#include "api/fake_client.h"
#include "api/tool_reply.h"

namespace vllm_client::api {
namespace {

using Policy = FitOptions::Policy;

constexpr std::int64_t context = 100;

/// A server whose tokens are the letters of all contents, and ten a message.
struct CountingServer : FakeClient {
    explicit CountingServer(bool can_count = true, bool knows_length = true) {
        fake->on_request([=](const testing::FakeRequest& request) {
            if (request.path == "/v1/models") return models(knows_length);
            if (!can_count) {
                return testing::CannedReply{.status = 404, .body = R"({"detail":"Not Found"})"};
            }
            std::size_t tokens = 0;
            const nlohmann::json body = sent(request);
            for (const auto& message : body["messages"]) {
                tokens += 10;
                if (message.contains("content")) {
                    tokens += message["content"].get<std::string>().size();
                }
            }
            return testing::CannedReply{
                .body = nlohmann::json{{"count", tokens},
                                       {"max_model_len", knows_length ? context : 0},
                                       {"tokens", std::vector<int>(tokens, 1)}}
                            .dump()};
        });
    }
    static testing::CannedReply models(bool knows_length) {
        nlohmann::json list = {{{"id", "large"}}, {{"id", "small"}}};
        if (knows_length) {
            list[0]["max_model_len"] = 200;
            list[1]["max_model_len"] = context;
        }
        return {.body = nlohmann::json{{"object", "list"}, {"data", list}}.dump()};
    }
    [[nodiscard]] std::size_t asked() const { return fake->requests().size(); }
};

/// A system prompt of 20 tokens, and turns of 30: "q0", "a0", "q1" …
Conversation talk(int turns) {
    Conversation conversation("0123456789");
    for (int i = 0; i < turns; ++i) {
        conversation.append(user("q" + std::to_string(i) + "345"));
        conversation.append(assistant("a" + std::to_string(i) + "345"));
    }
    return conversation;
}

std::string contents(const std::vector<Message>& messages) {
    std::string text;
    for (const Message& message : messages)
        text += (text.empty() ? "" : " ") + message.content.substr(0, 2);
    return text;
}

TEST(Conversation, KeepsWhatIsAppended) {
    ChatReply reply;
    reply.choices.push_back(
        {.message = {.role = "assistant",
                     .content = "there",
                     .tool_calls = {{.id = "1", .name = "f", .arguments = "{}"}}}});
    Conversation conversation("Be brief.");
    conversation.append(user("where?")).append(reply).append(ChatReply{});
    ASSERT_EQ(conversation.messages().size(), 3U);
    EXPECT_EQ(conversation.messages()[0].role, "system");
    EXPECT_EQ(conversation.messages()[2].tool_calls.size(), 1U);
    const ChatRequest request = conversation.request({.messages = {user("x")}, .max_tokens = 5});
    EXPECT_EQ(request.messages.size(), 3U);
    EXPECT_EQ(request.max_tokens, 5);
    EXPECT_TRUE(Conversation("").messages().empty());
}

TEST(Conversation, IsKeptAsJson) {
    const Conversation conversation = talk(2);
    const JsonText json = conversation.to_json().value();
    const auto again = Conversation::from_json(json).value();
    EXPECT_EQ(again.to_json().value(), json);
    EXPECT_EQ(again.turns(), 2U);
    EXPECT_EQ(Conversation::from_json("{}").error().kind, ErrorKind::decode);
    EXPECT_EQ(Conversation({user("\xff")}).to_json().error().kind, ErrorKind::config);
}

TEST(ConversationTurns, BeginWithUsersAndHoldToolsTogether) {
    const auto turns = [](const std::vector<Message>& messages) {
        return turn_beginnings(messages);
    };
    using Places = std::vector<std::size_t>;
    const Message call{.role = "assistant", .tool_calls = {{.id = "1", .name = "f"}}};
    const Message result = tool_result("1", "r");
    EXPECT_EQ(turns({}), Places{});
    EXPECT_EQ(turns({system_message("s")}), Places{});
    EXPECT_EQ(turns({system_message("s"), user("a"), assistant("b"), user("c")}), (Places{1, 3}));
    EXPECT_EQ(turns({assistant("hello"), user("a")}), (Places{0, 1}));
    EXPECT_EQ(turns({user("a"), call, result, assistant("b"), user("c")}), (Places{0, 4}));
    EXPECT_EQ(turns({user("a"), call, user("wait"), result, user("c")}), (Places{0, 4}));
    EXPECT_EQ(turns({user("a"), user("b")}), (Places{0, 1}));
    EXPECT_EQ(turns({user("a"), assistant("b"), system_message("s"), user("c")}),
              (Places{0, 2, 3}));
}

TEST(ConversationFit, WhatFitsIsLeftAlone) {
    const CountingServer server;
    Conversation conversation = talk(1);
    const auto fit = conversation.fit(server.client).value();
    EXPECT_EQ(fit.tokens, 50);
    EXPECT_EQ(fit.max_context_tokens, context);
    EXPECT_EQ(fit.reserved, 25);
    EXPECT_FALSE(fit.estimated);
    EXPECT_TRUE(fit.dropped.empty());
    EXPECT_EQ(fit.counts, 1);
    EXPECT_EQ(conversation.messages().size(), 3U);
}

TEST(ConversationFit, DropsAsFewOldTurnsAsPossible) {
    const CountingServer server;
    Conversation conversation = talk(9);
    const auto fit = conversation.fit(server.client, {.reserve_for_answer = 20}).value();
    EXPECT_EQ(contents(conversation.messages()), "01 q7 a7 q8 a8");
    EXPECT_EQ(fit.tokens, 80);
    EXPECT_EQ(fit.dropped.size(), 14U);
    EXPECT_EQ(contents({fit.dropped.front(), fit.dropped.back()}), "q0 a6");
    EXPECT_LE(fit.counts, 5);
    EXPECT_EQ(server.asked(), static_cast<std::size_t>(fit.counts));
}

TEST(ConversationFit, KeepsTheFirstTurnsIfAskedTo) {
    const CountingServer server;
    Conversation conversation = talk(9);
    ASSERT_TRUE(conversation.fit(server.client, {.keep_first = 1, .reserve_for_answer = 20}).ok());
    EXPECT_EQ(contents(conversation.messages()), "01 q0 a0 q8 a8");
}

TEST(ConversationFit, NeverSeparatesCallsFromResults) {
    const CountingServer server;
    Conversation conversation = talk(1);
    conversation.append(user("weather"))
        .append({.role = "assistant", .tool_calls = {{.id = "1", .name = "f", .arguments = "{}"}}})
        .append(tool_result("1", "sunny"))
        .append(assistant("sun"))
        .append(user("more"));
    ASSERT_TRUE(conversation.fit(server.client, {.reserve_for_answer = 2}).ok());
    EXPECT_EQ(contents(conversation.messages()), "01 we  su su mo");
    ASSERT_TRUE(conversation.fit(server.client, {.reserve_for_answer = 20}).ok());
    EXPECT_EQ(contents(conversation.messages()), "01 mo");
}

TEST(ConversationFit, SaysSoIfTheLeastDoesNotFit) {
    const CountingServer server;
    for (const FitOptions& options :
         {FitOptions{.reserve_for_answer = 60},
          FitOptions{.keep_first = 3, .reserve_for_answer = 9},
          FitOptions{.policy = Policy::fail, .reserve_for_answer = 9},
          FitOptions{.keep_first = static_cast<std::size_t>(-1), .reserve_for_answer = 9}}) {
        Conversation conversation = talk(4);
        const auto fit = conversation.fit(server.client, options);
        ASSERT_FALSE(fit.ok());
        EXPECT_EQ(fit.error().kind, ErrorKind::limit);
        EXPECT_EQ(conversation.messages().size(), 9U);
    }
}

TEST(ConversationFit, TheAnswersRoomIsWhatTheRequestAsksFor) {
    const CountingServer server;
    Conversation conversation = talk(4);
    const auto fit = conversation.fit(server.client, {.request = {.max_tokens = 45}}).value();
    EXPECT_EQ(fit.reserved, 45);
    EXPECT_EQ(contents(conversation.messages()), "01 q3 a3");
}

TEST(ConversationFit, AGivenLimitWins) {
    const CountingServer server;
    Conversation conversation = talk(4);
    const auto fit =
        conversation.fit(server.client, {.max_context_tokens = 60, .reserve_for_answer = 10})
            .value();
    EXPECT_EQ(fit.max_context_tokens, 60);
    EXPECT_EQ(contents(conversation.messages()), "01 q3 a3");
}

TEST(ConversationFit, PutsASummaryInPlaceOfWhatItIsOf) {
    const CountingServer server;
    Conversation conversation = talk(9);
    std::vector<std::string> seen;
    FitOptions options{
        .policy = Policy::summarize,
        .keep_first = 1,
        .max_context_tokens = 140,
        .reserve_for_answer = 20,
        .reserve_for_summary = 20,
        .summarize = [&seen](const std::vector<Message>& old) -> Result<std::vector<Message>> {
            seen.push_back(contents(old));
            return std::vector<Message>{system_message("summary")};
        }};
    const auto fit = conversation.fit(server.client, options).value();
    EXPECT_EQ(contents(conversation.messages()), "01 q0 a0 su q8 a8");
    EXPECT_EQ(fit.tokens, 97);
    EXPECT_EQ(fit.dropped.size(), 14U);
    // The summary is summed up with what came after it.
    conversation.append(user("q9345")).append(assistant("a9345"));
    ASSERT_TRUE(conversation.fit(server.client, options).ok());
    EXPECT_EQ(seen,
              (std::vector<std::string>{"q1 a1 q2 a2 q3 a3 q4 a4 q5 a5 q6 a6 q7 a7", "su q8 a8"}));
}

TEST(ConversationFit, TroubleWithASummaryChangesNothing) {
    const CountingServer server;
    const auto error_of = [&](auto summarize) {
        Conversation conversation = talk(9);
        const auto fit = conversation.fit(server.client, {.policy = Policy::summarize,
                                                          .reserve_for_answer = 20,
                                                          .reserve_for_summary = 10,
                                                          .summarize = summarize});
        EXPECT_EQ(conversation.messages().size(), 19U);
        return fit.error();
    };
    using Summary = Result<std::vector<Message>>;
    using Old = const std::vector<Message>&;
    EXPECT_EQ(error_of([](Old) -> Summary { return Error{.message = "no"}; }).message, "no");
    EXPECT_EQ(error_of([](Old) -> Summary { throw std::runtime_error("x"); }).kind,
              ErrorKind::config);
    EXPECT_EQ(error_of([](Old) -> Summary { throw 1; }).kind, ErrorKind::config);
    EXPECT_EQ(error_of([](Old old) -> Summary { return old; }).kind, ErrorKind::limit);
}

TEST(ConversationFit, EstimatesWhereTheServerCannotCount) {
    const CountingServer server(false);
    Conversation conversation("prompt");
    for (int i = 0; i < 9; ++i)
        conversation.append(user(std::string(35, 'x')));
    const auto fit = conversation.fit(server.client, {.reserve_for_answer = 50}).value();
    EXPECT_TRUE(fit.estimated);
    EXPECT_EQ(fit.max_context_tokens, context);
    EXPECT_EQ(fit.tokens, 3 + 6 + 2 * 14);
    EXPECT_EQ(conversation.turns(), 2U);
    EXPECT_EQ(server.asked(), 2U);
    const auto large = talk(1).fit(server.client, {.request = {.model = "large"}});
    EXPECT_EQ(large->max_context_tokens, 200);
}

TEST(ConversationFit, AsksForTheLengthThatNobodyTells) {
    for (const bool can_count : {true, false}) {
        const CountingServer server(can_count, false);
        Conversation conversation = talk(1);
        const auto fit = conversation.fit(server.client);
        ASSERT_FALSE(fit.ok());
        EXPECT_EQ(fit.error().kind, ErrorKind::config);
        EXPECT_NE(fit.error().message.find("max_context_tokens"), std::string::npos);
        EXPECT_TRUE(conversation.fit(server.client, {.max_context_tokens = 100}).ok());
    }
}

TEST(ConversationFit, WrongOptionsAreConfigErrors) {
    const CountingServer server;
    for (const FitOptions& options :
         {FitOptions{.max_context_tokens = 0}, FitOptions{.reserve_for_answer = 0},
          FitOptions{.reserve_for_summary = -1}, FitOptions{.policy = Policy::summarize},
          FitOptions{.reserve_for_answer = context}}) {
        EXPECT_EQ(talk(1).fit(server.client, options).error().kind, ErrorKind::config);
    }
    EXPECT_EQ(Conversation().fit(server.client).error().kind, ErrorKind::config);
}

TEST(ConversationFit, TroubleOfTheServerIsPassedOn) {
    const FakeClient client;
    client.fake->fail("/tokenize", {.kind = ErrorKind::connect, .message = "gone"});
    EXPECT_EQ(talk(1).fit(client.client).error().kind, ErrorKind::connect);
    client.fake->fail("/v1/models", {.kind = ErrorKind::connect, .message = "gone"});
    const FakeClient other;
    other.fake->reply("/tokenize", {.status = 404, .body = R"({"detail":"Not Found"})"});
    other.fake->fail("/v1/models", {.kind = ErrorKind::timeout, .message = "slow"});
    EXPECT_EQ(talk(1).fit(other.client).error().kind, ErrorKind::timeout);
}

}  // namespace
}  // namespace vllm_client::api
