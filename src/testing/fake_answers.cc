// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/testing/fake_transport.h"

#include "testing/sim_json_text.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing {
namespace {

constexpr std::string_view end_marker = "[DONE]";

std::string quoted(std::string_view text) {
    std::string json;
    sim::append_quoted(json, text);
    return json;
}

std::string usage(std::size_t tokens) {
    const std::string count = std::to_string(tokens);
    return R"("usage":{"prompt_tokens":1,"completion_tokens":)" + count + R"(,"total_tokens":)" +
           std::to_string(tokens + 1) + "}";
}

std::string head(std::string_view id, std::string_view object) {
    std::string json = R"({"id":)" + quoted(id) + R"(,"object":)" + quoted(object);
    json += R"(,"created":1,"model":"fake-model",)";
    return json;
}

std::string chat_event(std::string_view delta, std::string_view finish_reason) {
    std::string json = head("chatcmpl-fake", "chat.completion.chunk");
    json += R"("choices":[{"index":0,"delta":)";
    json += delta;
    json += R"(,"logprobs":null,"finish_reason":)";
    json += finish_reason;
    return json + "}]}";
}

std::string completion_event(std::string_view text, std::string_view finish_reason) {
    std::string json = head("cmpl-fake", "text_completion");
    json += R"("choices":[{"index":0,"text":)" + quoted(text);
    json += R"(,"logprobs":null,"finish_reason":)";
    json += finish_reason;
    return json + "}]}";
}

}  // namespace

std::string chat_reply_json(std::string_view text) {
    return head("chatcmpl-fake", "chat.completion") +
           R"("choices":[{"index":0,"message":{"role":"assistant","content":)" + quoted(text) +
           R"(},"logprobs":null,"finish_reason":"stop","stop_reason":null}],)" + usage(1) + "}";
}

std::string completion_reply_json(std::string_view text) {
    return head("cmpl-fake", "text_completion") + R"("choices":[{"index":0,"text":)" +
           quoted(text) + R"(,"logprobs":null,"finish_reason":"stop","stop_reason":null}],)" +
           usage(1) + "}";
}

std::string embedding_reply_json(const std::vector<std::vector<float>>& rows) {
    std::string json = head("embd-fake", "list") + R"("data":[)";
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (i != 0) json += ',';
        json += R"({"index":)" + std::to_string(i) + R"(,"object":"embedding","embedding":[)";
        for (std::size_t j = 0; j < rows[i].size(); ++j) {
            if (j != 0) json += ',';
            sim::append_number(json, static_cast<double>(rows[i][j]));
        }
        json += "]}";
    }
    return json + R"(],"usage":{"prompt_tokens":1,"total_tokens":1}})";
}

std::string error_reply_json(int status, std::string_view message) {
    return R"({"error":{"message":)" + quoted(message) +
           R"(,"type":"FakeError","param":null,"code":)" + std::to_string(status) + "}}";
}

std::vector<std::string> chat_stream_events(const std::vector<std::string>& texts) {
    std::vector<std::string> events{chat_event(R"({"role":"assistant","content":""})", "null")};
    for (const std::string& text : texts) {
        events.push_back(chat_event(R"({"content":)" + quoted(text) + "}", "null"));
    }
    events.push_back(chat_event(R"({"content":""})", R"("stop")"));
    events.push_back(head("chatcmpl-fake", "chat.completion.chunk") + R"("choices":[],)" +
                     usage(texts.size()) + "}");
    events.emplace_back(end_marker);
    return events;
}

std::vector<std::string> completion_stream_events(const std::vector<std::string>& texts) {
    std::vector<std::string> events;
    events.reserve(texts.size() + 3);
    for (const std::string& text : texts)
        events.push_back(completion_event(text, "null"));
    events.push_back(completion_event("", R"("stop")"));
    events.push_back(head("cmpl-fake", "text_completion") + R"("choices":[],)" +
                     usage(texts.size()) + "}");
    events.emplace_back(end_marker);
    return events;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing
