// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "wire/json_reader.h"

namespace vllm_client::wire {

/// Keeps events alive and padded, as a reader needs them.
class EventStore {
 public:
    [[nodiscard]] std::string_view operator()(std::string json) {
        pad(json);
        return events_.emplace_back(std::move(json));
    }

 private:
    std::deque<std::string> events_;
};

/// A chat event with one choice of these members.
inline std::string chat_event(const std::string& choice) {
    return R"({"id":"chat-1","object":"chat.completion.chunk","created":7,"model":"m","choices":[{)" +
           choice + "}]}";
}

/// A chat event with this delta for choice 0.
inline std::string delta_event(const std::string& delta) {
    return chat_event(R"("index":0,"delta":)" + delta + R"(,"logprobs":null,"finish_reason":null)");
}

/// A chat event with this content, as it stands between the quotes of the JSON, for a choice.
inline std::string content_event(const std::string& escaped, int index = 0,
                                 const std::string& finish_reason = "null") {
    return chat_event("\"index\":" + std::to_string(index) + R"(,"delta":{"content":")" + escaped +
                      R"("},"finish_reason":)" + finish_reason);
}

/// A completion event with this text, as it stands between the quotes of the JSON, for a choice.
inline std::string text_event(const std::string& escaped, int index = 0,
                              const std::string& finish_reason = "null") {
    return R"({"id":"cmpl-1","object":"text_completion","created":7,"model":"m","choices":[{"index":)" +
           std::to_string(index) + R"(,"text":")" + escaped + R"(","finish_reason":)" +
           finish_reason + "}]}";
}

/// JSON nested `depth` levels deep.
inline std::string nested(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

}  // namespace vllm_client::wire
