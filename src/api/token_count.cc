// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/token_count.h"

#include <utility>

namespace vllm_client::inline VLLM_CLIENT_ABI {
namespace {

constexpr std::int64_t tokens_of_media = 1024;
constexpr std::int64_t tokens_of_tool_rules = 48;  // how to call tools, as templates explain it

std::int64_t tokens_of(std::size_t bytes) noexcept {
    return static_cast<std::int64_t>((bytes * 2 + 6) / 7);  // bytes / 3.5, rounded up
}

std::int64_t estimate(const Message& message) noexcept {
    std::size_t bytes = message.name.size();
    std::int64_t media = 0;
    if (message.parts.empty()) bytes += message.content.size();
    for (const ContentPart& part : message.parts) {
        if (part.kind == ContentPart::Kind::text) {
            bytes += part.value.size();
        } else if (part.kind == ContentPart::Kind::raw) {
            bytes += part.raw.text().size();
        } else {
            media += tokens_of_media;
        }
    }
    if (message.reasoning) bytes += message.reasoning->size();
    for (const ToolCall& call : message.tool_calls)
        bytes += call.name.size() + call.arguments.size();
    return 4 + media + tokens_of(bytes);
}

TokenizeRequest tokenize_request(const ChatRequest& chat) {
    return {.messages = chat.messages,
            .model = chat.model,
            .add_special_tokens = chat.add_special_tokens,
            .tools = chat.tools,
            .add_generation_prompt = chat.add_generation_prompt,
            .continue_final_message = chat.continue_final_message,
            .chat_template = chat.chat_template,
            .chat_template_kwargs = chat.chat_template_kwargs};
}

Error no_messages() {
    return Error{.kind = ErrorKind::config,
                 .message = "messages is empty: there is nothing to count",
                 .phase = Phase::validate};
}

Result<TokenCount> count_of(const Result<TokenizeReply>& reply, std::int64_t estimated) {
    if (!reply) {
        if (reply.error().kind != ErrorKind::unsupported) return reply.error();
        return TokenCount{.tokens = estimated, .estimated = true};
    }
    TokenCount count{.tokens = reply->count};
    if (reply->max_model_len > 0) count.max_model_len = reply->max_model_len;
    return count;
}

}  // namespace

std::int64_t estimate_tokens(const ChatRequest& request) noexcept {
    std::int64_t tokens = 3;
    for (const Message& message : request.messages)
        tokens += estimate(message);
    if (!request.tools.empty()) tokens += tokens_of_tool_rules;
    for (const Tool& tool : request.tools) {
        tokens += 8 + tokens_of(tool.name.size() + tool.description.size() +
                                tool.parameters.text().size());
    }
    return tokens;
}

Result<TokenCount> count_tokens(const VllmClient& client, const ChatRequest& request,
                                CallOptions options) {
    if (request.messages.empty()) return no_messages();
    return count_of(client.tokenize(tokenize_request(request), std::move(options)),
                    estimate_tokens(request));
}

Call<TokenCount> count_tokens_async(const VllmClient& client, const ChatRequest& request,
                                    CallOptions options) {
    const bool empty = request.messages.empty();
    return client.tokenize_async(tokenize_request(request), std::move(options))
        .then([empty, estimated = estimate_tokens(request)](
                  const Result<TokenizeReply>& reply) -> Result<TokenCount> {
            if (empty) return no_messages();
            return count_of(reply, estimated);
        });
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI
