// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

#include "vllm_client/message.h"
#include "vllm_client/testing/fake_transport.h"

namespace vllm_client::api {

/// Body of an answer that calls these tools, with ids c0, c1 …, and uses 10 + 5 tokens.
inline std::string tool_reply_json(const std::vector<ToolCall>& calls) {
    nlohmann::json list = nlohmann::json::array();
    for (std::size_t i = 0; i < calls.size(); ++i) {
        list.push_back(
            {{"id", "c" + std::to_string(i)},
             {"type", "function"},
             {"function", {{"name", calls[i].name}, {"arguments", calls[i].arguments}}}});
    }
    const nlohmann::json choice = {
        {"index", 0},
        {"message", {{"role", "assistant"}, {"content", nullptr}, {"tool_calls", list}}},
        {"finish_reason", "tool_calls"}};
    return nlohmann::json{
        {"id", "chatcmpl-1"},
        {"object", "chat.completion"},
        {"created", 1},
        {"model", "m"},
        {"choices", {choice}},
        {"usage", {{"prompt_tokens", 10}, {"completion_tokens", 5}, {"total_tokens", 15}}}}
        .dump();
}

/// The body of a request that was sent.
inline nlohmann::json sent(const testing::FakeRequest& request) {
    return nlohmann::json::parse(request.body);
}

}  // namespace vllm_client::api
