// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/conversation.h"

#include <utility>

#include "api/conversation_fit.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

Conversation::Conversation(std::string system_prompt) {
    if (!system_prompt.empty()) append(system_message(std::move(system_prompt)));
}

Conversation::Conversation(std::vector<Message> messages) : messages_(std::move(messages)) {}

Conversation& Conversation::append(Message message) {
    messages_.push_back(std::move(message));
    return *this;
}

Conversation& Conversation::append(const ChatReply& reply) {
    if (!reply.choices.empty()) append(to_message(reply.choices.front().message));
    return *this;
}

std::size_t Conversation::turns() const {
    return api::turn_beginnings(messages_).size();
}

ChatRequest Conversation::request(ChatRequest with) const {
    with.messages = messages_;
    return with;
}

Result<JsonText> Conversation::to_json() const {
    return messages_json(messages_);
}

Result<Conversation> Conversation::from_json(const JsonText& json) {
    auto messages = messages_from_json(json);
    if (!messages) return std::move(messages).error();
    return Conversation(*std::move(messages));
}

Result<FitReply> Conversation::fit(const VllmClient& client, const FitOptions& options,
                                   const CallOptions& call) {
    api::ConversationFit fitting(client, options, call, messages_);
    auto fitted = fitting.run();
    if (!fitted) return std::move(fitted).error();
    messages_ = *std::move(fitted);
    return std::move(fitting.reply());
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
