// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/conversation.h"

#include <gtest/gtest.h>

#include "conformance/conformance_servers.h"
#include "vllm_client/token_count.h"

namespace vllm_client::conformance {
namespace {

Conversation long_talk() {
    Conversation talk("You are a sailor.");
    for (int i = 0; i < 40; ++i) {
        talk.append(user("Question " + std::to_string(i) + ": how deep is the sea just here?"));
        talk.append(assistant("It is some thousand fathoms deep, as far as anyone knows."));
    }
    return talk.append(user("And the last one: is it cold?"));
}

TEST(ConversationFit, LeavesRoomForExactlyTheAnswer) {
    Conversation talk = long_talk();
    const FitReply fit = talk.fit(generation(), {.reserve_for_answer = answer_tokens}).value();
    EXPECT_FALSE(fit.estimated);
    EXPECT_EQ(fit.max_context_tokens, served_model(generation()).max_model_len);
    EXPECT_FALSE(fit.dropped.empty());
    EXPECT_LE(fit.tokens + fit.reserved, fit.max_context_tokens);
    EXPECT_EQ(talk.messages().front().role, "system");
    const ChatReply reply = generation().chat(talk.request(short_chat())).value();
    EXPECT_EQ(reply.usage->prompt_tokens, fit.tokens);
    EXPECT_EQ(reply.usage->completion_tokens, answer_tokens);
}

TEST(ConversationFit, DropsNoTurnTooMany) {
    Conversation talk = long_talk();
    const FitReply fit = talk.fit(generation(), {.reserve_for_answer = answer_tokens}).value();
    std::vector<Message> one_more = talk.messages();
    one_more.insert(one_more.begin() + 1, fit.dropped.end() - 2, fit.dropped.end());
    const TokenCount count = count_tokens(generation(), {.messages = one_more}).value();
    EXPECT_GT(count.tokens + fit.reserved, fit.max_context_tokens);
}

TEST(ConversationFit, WithoutItTheServerRefuses) {
    EXPECT_EQ(generation().chat(long_talk().request(short_chat())).error().http_status, 400);
}

TEST(Conversation, AnswersAreKeptAndReadBack) {
    Conversation talk("You are a sailor.");
    talk.append(user("Hello"));
    talk.append(generation().chat(talk.request(short_chat())).value());
    const auto again = Conversation::from_json(talk.to_json().value()).value();
    EXPECT_EQ(again.messages().at(2).content, talk.messages().at(2).content);
    EXPECT_EQ(count_tokens(generation(), again.request())->tokens,
              count_tokens(generation(), talk.request())->tokens);
}

}  // namespace
}  // namespace vllm_client::conformance
